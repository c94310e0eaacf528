// Starts the installed browsers.
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "./flags.mjs";

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // Timers of pages that nobody sees must not be slowed down.
  ...["--disable-background-timer-throttling", "--disable-renderer-backgrounding"],
];

/** Firefox ends workers that are busy with one event for so many milliseconds. */
const PATIENCE = 10 * 60_000;
const PREFERENCES = {
  "dom.serviceWorkers.idle_timeout": PATIENCE,
  "dom.serviceWorkers.idle_extended_timeout": PATIENCE,
};

/**
 * @param {"chromium" | "firefox"} name whose program is named by the environment variable CHROMIUM or FIREFOX
 * @param {import("puppeteer-core").LaunchOptions} [more]
 * @returns {Promise<import("puppeteer-core").Browser>}
 */
export function launch(name, more = {}) {
  const executablePath = process.env[name.toUpperCase()];
  if (!executablePath) throw new Error(`${name.toUpperCase()} is not set; \`cargo xtask test\` sets it`);
  const options = { executablePath, headless: true, protocolTimeout: PATIENCE, ...more };
  return name === "firefox"
    ? puppeteer.launch({ ...options, browser: "firefox", extraPrefsFirefox: PREFERENCES })
    : puppeteer.launch({ ...options, args: FLAGS });
}
