// Starts the installed browsers.
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "./flags.mjs";
import { WebKit } from "./webkit.mjs";

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

/** The titles of the browsers. */
export const TITLES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKit (WebKitGTK)" };

/** The path of a program that `cargo xtask test` has found. */
function program(variable) {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} is not set; \`cargo xtask test\` sets it`);
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
    ...{ executablePath: program(name.toUpperCase()), headless: true, protocolTimeout: PATIENCE },
    ...more,
  };
  return name === "firefox"
    ? puppeteer.launch({ ...options, browser: "firefox", extraPrefsFirefox: PREFERENCES })
    : puppeteer.launch({ ...options, args: FLAGS });
}
