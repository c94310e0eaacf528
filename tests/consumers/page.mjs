// A consumer's page in Chromium or WebKit, at one origin with the API.
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "../browser/launch.mjs";
import { startProxy } from "../browser/proxy.mjs";
import { consumer, sandbox } from "../suite/environment.mjs";

const ACCOUNT = `
  import { ServiceAccount } from "voximplant-sms-history/edge";
  export const accountOf = (credentials) => ServiceAccount.fromCredentials(credentials);
`;

/**
 * Starts Chromium and WebKit. Returns the text that every consumer must show, computed from the API's response, and `ask`, which sends a
 * request to the API.
 */
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
  const [chromium, webkit] = await Promise.all(["chromium", "webkit"].map((name) => launch(name)));

  /**
   * Opens a page. Asserts that it shows the expected text, and that it has no errors or violations.
   * @param {{ folders?: Record<string, string>, upstream?: string, path?: string, headers?: Record<string, string>,
   *   inWebKit?: boolean }} options `inWebKit`: opens it there, where errors and
   *   violations are not recorded
   */
  async function page({ path = "/", inWebKit = false, ...options }) {
    const answer = async (at) =>
      at === "/token" ? { type: "text/plain", body: await account.mintToken() } : undefined;
    const server = await startProxy({ sandbox: sandbox.url, answer, ...options });
    const context = inWebKit ? undefined : await chromium.createBrowserContext();
    const tab = await (context ?? webkit).newPage();
    try {
      const problems = context ? await watch(tab) : [];
      await tab.goto(server.origin + path);
      const shown = () => (document.querySelector("#shown") ?? document.body)?.textContent;
      const end = () => /messages for|failed/.test(shown());
      await tab
        .waitForFunction(`(${end})(${shown})`.replace("shown()", `(${shown})()`), { timeout: 60_000 })
        .catch(() => {});
      assert.equal((await tab.evaluate(shown)).trim(), expected, problems.join("\n"));
      assert.deepEqual([...problems, ...(await tab.evaluate(() => globalThis.violations ?? []))], []);
    } finally {
      await (context ?? tab).close();
      await server.close();
    }
  }
  return { ask, expected, page, stop: () => Promise.all([chromium.close(), webkit.close()]) };
}

/** Records errors and failed responses of a tab. The tab records violations of its policy. */
async function watch(tab) {
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
  return problems;
}

/** A folder of the project, served at the root. */
export const served = (project, folder = ".") => ({ "/": join(project.path, folder) });
