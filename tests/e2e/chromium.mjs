// Starts Chromium, and watches what its pages do.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "../browser/flags.mjs";
import { DashboardPage } from "./dashboard-page.mjs";

export class Chromium {
  #browser;

  /** With an empty profile, which goes when this process does, also when that is interrupted. */
  static async start() {
    if (!process.env.CHROMIUM) throw new Error("CHROMIUM is not set; `cargo xtask test e2e` sets it");
    const chromium = new Chromium();
    const profile = mkdtempSync(join(tmpdir(), "chromium-"));
    chromium.#browser = await puppeteer.launch({
      executablePath: process.env.CHROMIUM,
      headless: true,
      userDataDir: profile,
      args: CHROMIUM_FLAGS,
      defaultViewport: { width: 1280, height: 900 },
    });
    // After puppeteer's own listener, which ends a browser that still runs.
    process.once("exit", () => rmSync(profile, { recursive: true, force: true, maxRetries: 10 }));
    return chromium;
  }

  stop() {
    return this.#browser.close();
  }

  /** A tab with a profile of its own, watched from its first request on; the page is not loaded yet. */
  async open(origin) {
    const context = await this.#browser.createBrowserContext();
    const page = await context.newPage();
    const watched = await watch(page);
    return Object.assign(new DashboardPage(page, origin), { watched, close: () => context.close() });
  }
}

/**
 * Notes what a page's console says, what its policy forbids, and all that it receives.
 * @param {import("puppeteer-core").Page} page
 */
async function watch(page) {
  const watched = { problems: [], violations: [], responses: [] };
  page.on("console", (message) => {
    if (["error", "warn", "assert"].includes(message.type())) watched.problems.push(message.text());
  });
  page.on("pageerror", (error) => watched.problems.push(`uncaught: ${error.message}`));
  page.on("response", (response) => watched.responses.push(response));
  const devtools = await page.createCDPSession();
  await devtools.send("Audits.enable");
  // Tells of what the policy forbids and of what is shaky in how the page is made, in frames and before scripts too.
  devtools.on("Audits.issueAdded", ({ issue }) => {
    const { contentSecurityPolicyIssueDetails: details } = issue.details;
    if (details) watched.violations.push(`${details.violatedDirective} ${details.blockedURL ?? ""}`);
  });
  return watched;
}
