// A consumer's page in Chromium, at one origin with the API.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { front } from "../browser/front.mjs";
import { launch } from "../browser/launch.mjs";
import { consumer, sandbox } from "../suite/environment.mjs";

const ACCOUNT = `
  import { ServiceAccount } from "voximplant-sms-history/edge";
  export const accountOf = (credentials) => ServiceAccount.fromCredentials(credentials);
`;

/** What every consumer must show, worked out from the API's own replies; what asks for one (`ask`); and Chromium. */
export async function startPages() {
  const { accountOf } = await import(pathToFileURL(consumer(`account-${process.pid}.mjs`, ACCOUNT)));
  const account = await accountOf(sandbox.credentials);
  const ask = async (query) => {
    const headers = { Authorization: `Bearer ${await account.mintToken()}` };
    return (await fetch(`${sandbox.url}/GetSmsHistory?${query}`, { method: "POST", headers })).json();
  };
  const { result, total_count } = await ask("count=20");
  // The sandbox's costs have four decimals.
  const cost = result.reduce((sum, row) => sum + Math.round(Number(row.cost ?? 0) * 10_000), 0) / 10_000;
  const expected = `${result.length} of ${total_count} messages for ${cost}`;
  const browser = await launch("chromium");

  /**
   * Opens a page, and holds what it shows, and what it complains of, against what is expected.
   * @param {{ folders?: Record<string, string>, upstream?: string, path?: string, headers?: Record<string, string> }} options
   */
  async function page({ path = "/", ...options }) {
    const answer = async (at) =>
      at === "/token" ? { type: "text/plain", body: await account.mintToken() } : undefined;
    const server = await front({ sandbox: sandbox.url, answer, ...options });
    const context = await browser.createBrowserContext();
    try {
      const tab = await context.newPage();
      const problems = [];
      tab.on("pageerror", (error) => problems.push(`uncaught: ${error?.message ?? error}`));
      tab.on("response", (got) => {
        if (got.status() >= 400 && !got.url().endsWith("/favicon.ico"))
          problems.push(`${got.status()} ${got.url()}`);
      });
      await tab.evaluateOnNewDocument(() => {
        globalThis.violations = [];
        addEventListener("securitypolicyviolation", (event) =>
          globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
        );
      });
      await tab.goto(server.origin + path);
      const shown = () => (document.querySelector("#shown") ?? document.body)?.textContent;
      const end = () => /messages for|failed/.test(shown());
      await tab
        .waitForFunction(`(${end})(${shown})`.replace("shown()", `(${shown})()`), { timeout: 60_000 })
        .catch(() => {});
      assert.equal((await tab.evaluate(shown)).trim(), expected, problems.join("\n"));
      assert.deepEqual([...problems, ...(await tab.evaluate(() => globalThis.violations))], []);
    } finally {
      await context.close();
      await server.close();
    }
  }
  const [, version] = (await browser.version()).split("/");
  return { ask, expected, page, browser: version, stop: () => browser.close() };
}

/** Folders by their paths at an origin: the project's own, or parts of it. */
export const served = (project, folder = ".") => ({ "/": join(project.path, folder) });
