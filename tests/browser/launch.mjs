// Launches the installed browsers.
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "./flags.mjs";
import { WebKit } from "./webkit.mjs";

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // Timers of invisible pages must not be throttled.
  ...["--disable-background-timer-throttling", "--disable-renderer-backgrounding"],
];

/** Firefox stops service workers that handle one event for longer. */
const TIMEOUT_MS = 10 * 60_000;
const PREFERENCES = {
  "dom.serviceWorkers.idle_timeout": TIMEOUT_MS,
  "dom.serviceWorkers.idle_extended_timeout": TIMEOUT_MS,
};

/** The titles of the browsers. */
export const TITLES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKit (WebKitGTK)" };

/** Returns the path of a program that `cargo xtask test` has found. */
function program(variable) {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable}: expected a path, got none; \`cargo xtask test\` sets it`);
  return path;
}

/**
 * @param {keyof typeof TITLES} name
 * @param {import("puppeteer-core").LaunchOptions} [more] for Chromium and Firefox
 * @returns {Promise<import("puppeteer-core").Browser | WebKit>}
 */
export async function launch(name, more = {}) {
  if (name === "webkit") return WebKit.launch({ driver: program("WEBKIT"), display: program("XVFB") });
  const options = {
    ...{ executablePath: program(name.toUpperCase()), headless: true, protocolTimeout: TIMEOUT_MS },
    ...more,
  };
  return name === "firefox"
    ? puppeteer.launch({ ...options, browser: "firefox", extraPrefsFirefox: PREFERENCES })
    : puppeteer.launch({ ...options, args: FLAGS });
}
