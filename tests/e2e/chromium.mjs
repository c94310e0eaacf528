// Starts Chromium, and records the problems of its pages.
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "../browser/flags.mjs";
import { DashboardPage } from "./dashboard-page.mjs";
import { Downloads } from "./downloads.mjs";

/** A response that the page gave up has no end. */
const BODY_TIMEOUT_MS = 1_000;

export class Chromium {
  name = "Chromium";
  #browser;
  #profile = mkdtempSync(join(tmpdir(), "chromium-"));

  /** Starts Chromium with an empty profile, which is deleted when this process exits. */
  static async start() {
    if (!process.env.CHROMIUM)
      throw new Error("CHROMIUM: expected a path, got none; `cargo xtask test e2e` sets it");
    const chromium = new Chromium();
    chromium.#browser = await puppeteer.launch({
      executablePath: process.env.CHROMIUM,
      headless: true,
      userDataDir: chromium.#profile,
      args: CHROMIUM_FLAGS,
      defaultViewport: { width: 1280, height: 900 },
    });
    // Runs after puppeteer's listener, which kills a running browser.
    process.once("exit", () => rmSync(chromium.#profile, { recursive: true, force: true, maxRetries: 10 }));
    return chromium;
  }

  stop() {
    return this.#browser.close();
  }

  /** Opens a tab with its own profile, recorded from its first request on. Does not load the page. */
  async open(origin) {
    const downloadPath = await mkdtemp(join(this.#profile, "downloads-"));
    const downloadBehavior = { policy: "allow", downloadPath };
    const context = await this.#browser.createBrowserContext({ downloadBehavior });
    const page = await context.newPage();
    const watched = await watch(page);
    const downloads = new Downloads(downloadPath);
    return Object.assign(new DashboardPage(page, origin), {
      watched,
      downloads,
      /** Keeps the body of each response from now on. Only some tests ask for it: copying bodies takes processor time. */
      keepBodies: () => page.on("response", (response) => watched.bodies.push(bodyOf(response))),
      /** The path and the bytes of each response that was kept, but of those that the page gave up. */
      bodies: async () => {
        const late = () => delay(BODY_TIMEOUT_MS);
        return (await Promise.all(watched.bodies.map((body) => Promise.race([body, late()])))).filter(
          Boolean,
        );
      },
      /** Ends the reader's session, as if it had expired. */
      forgetSignIn: () => page.deleteCookie({ name: "demo-role" }),
      close: () => context.close(),
    });
  }
}

/**
 * Records the messages of a page's console, the violations of its policy, and its responses.
 * @param {import("puppeteer-core").Page} page
 */
async function watch(page) {
  const watched = { problems: [], violations: [], responses: [], bodies: [] };
  page.on("console", (message) => {
    if (["error", "warn", "assert"].includes(message.type())) watched.problems.push(message.text());
  });
  page.on("pageerror", (error) => watched.problems.push(`uncaught: ${error.message}`));
  page.on("response", (response) => watched.responses.push(response));
  const devtools = await page.createCDPSession();
  await devtools.send("Audits.enable");
  // Audits report violations even in frames and before scripts run.
  devtools.on("Audits.issueAdded", ({ issue }) => {
    const { contentSecurityPolicyIssueDetails: details } = issue.details;
    if (details) watched.violations.push(`${details.violatedDirective} ${details.blockedURL ?? ""}`);
  });
  return watched;
}

/** Reads a body at once: the browser forgets the bodies of a page that it leaves. */
async function bodyOf(response) {
  const path = new URL(response.url()).pathname;
  const bytes = await response.buffer().catch(() => undefined);
  return bytes && { path, bytes };
}
