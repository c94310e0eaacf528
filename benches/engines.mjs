// The engines of this machine, and how they run jobs.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "../tests/browser/flags.mjs";

const own = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));

/** An engine that gets jobs on its command line. */
const program = (title, command, ...before) => ({
  title,
  version: async () => (await output(command, ["--version"])).trim().split("\n").join(", "),
  open: async (script) => ({
    run: async (jobs) => {
      const lines = (await output(command, [...before, script, JSON.stringify(jobs)])).trim().split("\n");
      return JSON.parse(lines.at(-1));
    },
    close: async () => {},
  }),
});

const browser = (title, name, variable, programs, options) => ({
  title,
  version: () => withBrowser(name, find(variable, programs), options, (browser) => browser.version()),
  open: async (script) => {
    const server = await serve(script);
    const launched = await launch(name, find(variable, programs), options);
    return {
      run: async (jobs) => {
        // Each run has a new page, so that nothing is warm.
        const page = await launched.newPage();
        page.setDefaultTimeout(0);
        try {
          await page.goto(server.url);
          await page.waitForFunction("globalThis.benchRun");
          const done = [];
          for (const job of jobs) done.push(await page.evaluate((job) => globalThis.benchRun(job), job));
          return done;
        } finally {
          await page.close();
        }
      },
      close: async () => {
        await launched.close();
        server.close();
      },
    };
  },
});

const CHROMIUM = { args: CHROMIUM_FLAGS };
// Otherwise the page's clock is coarse.
const FIREFOX = { extraPrefsFirefox: { "privacy.reduceTimerPrecision": false } };

const CHROMIUMS = ["CHROMIUM", ["chromium", "chromium-browser", "google-chrome"]];

/** Launches Chromium for code that opens pages itself. */
export const chromium = () => launch("chrome", find(...CHROMIUMS), CHROMIUM);

export const engines = {
  node20: program("Node 20", process.execPath),
  node: program("newest Node", own("node/bin/node")),
  bun: program("Bun", own("bun/bin/bun.exe")),
  deno: program("Deno", own("deno/deno"), "run", "--quiet", "--allow-all"),
  chromium: browser("Chromium", "chrome", ...CHROMIUMS, CHROMIUM),
  firefox: browser("Firefox", "firefox", "FIREFOX", ["firefox", "firefox-esr"], FIREFOX),
};

/** Finds a program by an environment variable or in PATH. */
function find(variable, programs) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = programs.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = process.env[variable] || paths.find((path) => existsSync(path));
  if (!found) throw new Error(`${variable}: expected a path or one of ${programs.join(", ")} in PATH`);
  return found;
}

const launch = (browser, executablePath, options) =>
  puppeteer.launch({ browser, executablePath, headless: true, protocolTimeout: 0, ...options });

async function withBrowser(name, path, options, work) {
  const browser = await launch(name, path, options);
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** Serves the script on a cross-origin isolated page, where browsers have a precise clock. */
async function serve(script) {
  const page = '<!doctype html><meta charset="utf-8"><script type="module" src="/script.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === "/script.js";
    response.writeHead(200, {
      "Content-Type": isScript ? "text/javascript" : "text/html",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(isScript ? readFileSync(script) : page);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

function output(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("exit", (code) => {
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(new Error(`${command.split(/[\\/]/).at(-1)} exited with code ${code}`));
    });
  });
}
