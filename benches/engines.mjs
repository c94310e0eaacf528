// The engines of this machine, and how they run jobs.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { CHROMIUM_FLAGS } from "../tests/browser/flags.mjs";
import { WebKit } from "../tests/browser/webkit.mjs";

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

const browser = (title, launch) => ({
  title,
  version: async () => {
    const launched = await launch();
    try {
      return await launched.version();
    } finally {
      await launched.close();
    }
  },
  open: async (script) => {
    const launched = await launch();
    const server = await serve(script);
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

const COMMON = { headless: true, protocolTimeout: 0 };

/** Launches Chromium. */
export const chromium = () =>
  puppeteer.launch({
    ...COMMON,
    executablePath: find("CHROMIUM", "chromium", "chromium-browser", "google-chrome"),
    args: CHROMIUM_FLAGS,
  });

const firefox = () =>
  puppeteer.launch({
    ...{ ...COMMON, browser: "firefox", executablePath: find("FIREFOX", "firefox", "firefox-esr") },
    // Otherwise the page's clock is coarse.
    extraPrefsFirefox: { "privacy.reduceTimerPrecision": false },
  });

const webkit = async () =>
  WebKit.launch({ driver: find("WEBKIT", "WebKitWebDriver"), display: find("XVFB", "Xvfb") });

export const engines = {
  node20: program("Node 20", process.execPath),
  node: program("newest Node", own("node/bin/node")),
  bun: program("Bun", own("bun/bin/bun.exe")),
  deno: program("Deno", own("deno/deno"), "run", "--quiet", "--allow-all"),
  chromium: browser("Chromium", chromium),
  firefox: browser("Firefox", firefox),
  webkit: browser("WebKit", webkit),
};

/** Finds a program by an environment variable or in PATH. */
function find(variable, ...programs) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = programs.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = process.env[variable] || paths.find((path) => existsSync(path));
  if (!found) throw new Error(`${variable}: expected a path or one of ${programs.join(", ")} in PATH`);
  return found;
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
