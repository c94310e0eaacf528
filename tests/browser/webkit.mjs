// WebKit's GTK port in place of Safari: MiniBrowser, by plain WebDriver, on a virtual display. Puppeteer cannot drive it.
// These classes have the part of Puppeteer's interface that the tests and the benchmarks call.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import getPort, { portNumbers } from "get-port";

const HOST = "127.0.0.1";
/** The limit of a script. The suite takes minutes. */
const SCRIPT_MS = 10 * 60_000;
/** The driver listens within a second, on a busy machine later. */
const START_MS = 30_000;
/** A session starts within seconds. */
const SESSION_MS = 60_000;
const POLL_MS = 20;
/** The time limit for the test of a condition. */
const TEST_MS = 3_000;
/** The key of a reference to an element, by the WebDriver standard. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** A driver and its display. A driver has one session, so one page is open at a time. */
export class WebKit {
  #programs = [];
  #stderr = "";
  #origin;
  #version;
  #home = mkdtempSync(join(tmpdir(), "webkit-"));
  /** The folder in which pages save files. */
  downloads = join(this.#home, "downloads");

  /** @param {{ driver: string, display: string }} programs the paths of WebKitWebDriver and of Xvfb */
  static async launch({ driver, display }) {
    const webkit = new WebKit();
    // Also if a signal ends this process.
    process.once("exit", () => webkit.#kill());
    try {
      await webkit.#start(driver, await webkit.#startDisplay(display));
      return webkit;
    } catch (error) {
      await webkit.close();
      throw new Error(`${error.message}\n${webkit.#stderr}`.trim(), { cause: error });
    }
  }

  /** Starts Xvfb, which chooses a free display and writes its number to the file descriptor 3. */
  async #startDisplay(path) {
    // Without `-noreset`, Xvfb starts anew when its last client has left. A MiniBrowser that starts meanwhile finds no display
    // and ends, and then the driver never answers the command that starts a session.
    const parameters = ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-noreset"];
    const child = this.#spawn(path, parameters);
    const [number] = await Promise.race([once(child.stdio[3], "data"), ended(child)]);
    return `:${number}`.trim();
  }

  async #start(path, DISPLAY) {
    const configuration = join(this.#home, ".config");
    for (const folder of [configuration, this.downloads]) mkdirSync(folder);
    writeFileSync(join(configuration, "user-dirs.dirs"), `XDG_DOWNLOAD_DIR="${this.downloads}"\n`);
    const { XDG_DATA_HOME: _data, XDG_CACHE_HOME: _cache, WAYLAND_DISPLAY: _display, ...env } = process.env;
    const port = await getPort({ port: portNumbers(randomInt(10_000, 29_000), 29_999), host: HOST });
    const child = this.#spawn(path, [`--port=${port}`], {
      ...{ ...env, DISPLAY, GDK_BACKEND: "x11", HOME: this.#home, XDG_CONFIG_HOME: configuration },
      // A language as Chromium's --lang. Without one, the page's `navigator.language` is "C", which `Intl` refuses.
      ...{ LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8", LANGUAGE: "en_US" },
      // WebKit's sandbox works neither for root nor in most containers. The tests load their own pages only.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    });
    this.#origin = `http://${HOST}:${port}`;
    const listens = () => this.send("GET", "/status").then(Boolean, () => false);
    await Promise.race([until(listens, START_MS, "WebKitWebDriver listens"), ended(child)]);
  }

  #spawn(path, parameters, env = process.env) {
    const child = spawn(path, parameters, { env, stdio: ["ignore", "ignore", "pipe", "pipe"] });
    child.stderr.on("data", (data) => {
      this.#stderr = `${this.#stderr}${data}`.slice(-2_000);
    });
    this.#programs.unshift(child);
    return child;
  }

  /** Sends a WebDriver command. Returns the value of its response. */
  async send(method, path, body, signal) {
    // Not `fetch`, which in Node fails after five minutes without a response.
    const sent = request(`${this.#origin}${path}`, { method, agent: false, signal });
    sent.end(body && JSON.stringify(body));
    const [response] = await once(sent, "response");
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    const { value } = JSON.parse(text);
    if (response.statusCode !== 200) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Opens a page in a new MiniBrowser, whose profile is empty. */
  async newPage() {
    // The driver does not always notice the end of a navigation. `goto` waits for it instead.
    const alwaysMatch = { pageLoadStrategy: "none", timeouts: { script: SCRIPT_MS } };
    const options = { capabilities: { alwaysMatch } };
    // The driver does not answer if MiniBrowser ends while it starts.
    const limit = AbortSignal.timeout(SESSION_MS);
    const { sessionId, capabilities } = await this.send("POST", "/session", options, limit);
    this.#version = capabilities.browserVersion;
    const session = `/session/${sessionId}`;
    return new WebKitPage((method, path, body, signal) => this.send(method, session + path, body, signal));
  }

  async version() {
    if (!this.#version) await (await this.newPage()).close();
    return `WebKitGTK/${this.#version}`;
  }

  async close() {
    const running = this.#programs.filter(isRunning);
    this.#kill();
    await Promise.all(running.map((child) => once(child, "exit")));
  }

  /** Ends the driver, and with its display MiniBrowser. */
  #kill() {
    for (const child of this.#programs) child.kill();
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A page, with the methods of Puppeteer's `Page` that have the same names. */
class WebKitPage {
  #send;
  #timeout = 30_000;

  /** @param {(method: string, path: string, body?: object, signal?: AbortSignal) => Promise<any>} send sends a command of the session */
  constructor(send) {
    this.#send = send;
  }

  setDefaultTimeout(milliseconds) {
    this.#timeout = milliseconds;
  }

  /** Opens an address, and waits until all of the page is loaded. */
  async goto(url) {
    await this.evaluate("(globalThis.isLeft = true)");
    await this.#send("POST", "/url", { url });
    const isLoaded = `!globalThis.isLeft && document.readyState === "complete"`;
    // Between two pages no script runs.
    await until(() => this.#test(isLoaded).catch(() => false), this.#timeout, `${url} is loaded`);
  }

  url() {
    return this.#send("GET", "/url");
  }

  title() {
    return this.#send("GET", "/title");
  }

  /** Runs an expression, or a function with arguments, and awaits its result. */
  async evaluate(code, ...parameters) {
    const call = typeof code === "function" ? `(${code})(...parameters)` : code;
    const script = `
      const [parameters, done] = arguments;
      (async () => ${call})().then(
        (value) => done({ value }),
        (error) => done({ error: error instanceof Error ? error + "\\n" + error.stack : String(error) }),
      );`;
    const { value, error } = await this.#send("POST", "/execute/async", { script, args: [parameters] });
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /**
   * Tests a condition that needs no promise. If the page leaves while it is tested, the driver responds with "no such frame"
   * or not at all, about once in 100 pages. The condition does not hold then.
   */
  async #test(condition) {
    const limit = AbortSignal.timeout(TEST_MS);
    const script = `return Boolean(${condition})`;
    try {
      return await this.#send("POST", "/execute/sync", { script, args: [] }, limit);
    } catch (error) {
      if (limit.aborted || error.message.includes("no such frame")) return false;
      throw error;
    }
  }

  $eval(selector, work, ...parameters) {
    const found = `document.querySelector(${JSON.stringify(selector)})`;
    return this.evaluate(`(${work})(${[found, ...parameters.map((value) => JSON.stringify(value))]})`);
  }

  $$eval(selector, work) {
    return this.evaluate(`(${work})([...document.querySelectorAll(${JSON.stringify(selector)})])`);
  }

  /** A reference to the first element, or `null`. */
  $(selector) {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)})`);
  }

  async waitForFunction(code, { timeout = this.#timeout } = {}, ...parameters) {
    const values = parameters.map((value) => JSON.stringify(value));
    const condition = typeof code === "function" ? `(${code})(${values})` : code;
    await until(() => this.#test(condition), timeout, condition);
  }

  waitForSelector(selector) {
    return this.waitForFunction(`document.querySelector(${JSON.stringify(selector)})`);
  }

  /** Clicks as the pointer does, once the element is where it can be clicked. What opens in a dialog is not there at once. */
  async click(selector) {
    const element = await this.#send("POST", "/element", { using: "css selector", value: selector });
    const click = async () => {
      try {
        await this.#send("POST", `/element/${element[ELEMENT]}/click`, {});
        return true;
      } catch (error) {
        if (error.message.includes("element not interactable")) return false;
        throw error;
      }
    };
    await until(click, this.#timeout, `${selector} can be clicked`);
  }

  /** Ends MiniBrowser, too. */
  async close() {
    await this.#send("DELETE", "");
  }
}

const isRunning = ({ pid, exitCode, signalCode }) => pid && exitCode === null && signalCode === null;

/** Rejects when a program ends, or cannot be started. */
async function ended(child) {
  const [reason] = await once(child, "exit");
  throw new Error(`${child.spawnfile} exited with ${reason ?? child.signalCode}`);
}

/** Polls until a condition holds. A `limit` of 0 is none, as in Puppeteer. */
async function until(holds, limit, what) {
  const began = Date.now();
  while (!(await holds())) {
    if (limit && Date.now() - began > limit) throw new Error(`not within ${limit} ms: ${what}`);
    await delay(POLL_MS);
  }
}
