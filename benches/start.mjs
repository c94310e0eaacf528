// The first call of a fresh process, or of a fresh page: from its beginning until its request is sent.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { chromium } from "./engines.mjs";
import { body } from "./inside/bodies.mjs";
import { spread } from "./inside/measure.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PKG = join(HERE, "../pkg");
const API = "/platform_api";
const ROWS = 20;
const APPS = { ours: "voximplant-sms-history", rival: "ky + zod", bare: "fetch alone" };

export async function start(built, { quick, engines }) {
  const folder = resolve(built, "start");
  await prepare(folder);
  const server = await serve(folder);
  const rounds = quick ? 5 : 31;
  const measured = {};
  try {
    if (engines.includes("node20")) {
      const node = (script, ...args) => run(join(folder, script), args);
      const file = (name) => pathToFileURL(join(folder, name)).href;
      const app = (name) => () => node("node.mjs", file(name), server.origin + API);
      measured.node20 = await interleaved(rounds, {
        [`${APPS.ours}, as installed`]: app("ours.mjs"),
        [`${APPS.ours}, bundled`]: app("node/ours.js"),
        [`${APPS.rival}, as installed`]: app("rival.mjs"),
        [`${APPS.rival}, bundled`]: app("node/rival.js"),
        [APPS.bare]: app("bare.mjs"),
      });
      const [glue, wasm] = ["core.js", "core_bg.wasm"].map((name) => join(PKG, "wasm", name));
      measured.wasm = (
        await interleaved(rounds, { core: () => node("wasm.mjs", pathToFileURL(glue).href, wasm) })
      ).core;
    }
    if (engines.includes("chromium")) measured.chromium = await inChromium(rounds, server.origin);
  } finally {
    server.close();
  }
  return { rounds, load: loadavg()[0].toFixed(1), ...measured };
}

/** In a context of its own for each turn: nothing is cached. */
async function inChromium(rounds, origin) {
  const browser = await chromium();
  const app = (name) => async () => {
    const context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await page.goto(origin);
      return await page.evaluate(inPage, `/web/${name}.js`, origin + API);
    } finally {
      await context.close();
    }
  };
  try {
    return await interleaved(rounds, {
      [`${APPS.ours}, bundled`]: app("ours"),
      [`${APPS.rival}, bundled`]: app("rival"),
      [APPS.bare]: app("bare"),
    });
  } finally {
    await browser.close();
  }
}

/** As node.mjs, in a page: what is sent, and when, is told by the browser's own log of requests. */
async function inPage(app, baseUrl) {
  const began = performance.now();
  const { first } = await import(app);
  const called = performance.now();
  const rows = await first(baseUrl);
  const sent = performance.getEntriesByType("resource").find(({ name }) => name.includes("GetSmsHistory"));
  return { rows: rows.length, whole: sent.requestStart - began, call: sent.requestStart - called };
}

/** The spreads of what each contender gives, in turns; each round begins with another one. */
async function interleaved(rounds, contenders) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, {}]));
  // One round more than is counted, so that the files are in the system's cache.
  for (let round = 0; round <= rounds; round += 1) {
    process.stderr.write(`start: ${round} of ${rounds}\n`);
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      const { rows = ROWS, ...taken } = await contenders[name]();
      if (rows !== ROWS) throw new Error(`${name} read ${rows} rows`);
      if (round === 0) continue;
      for (const [what, time] of Object.entries(taken)) {
        times[name][what] ??= [];
        times[name][what].push(time);
      }
    }
  }
  const spreads = (taken) =>
    Object.fromEntries(Object.entries(taken).map(([what, of]) => [what, spread(of)]));
  return Object.fromEntries(names.map((name) => [name, spreads(times[name])]));
}

/** The apps as their users have them: with what they import installed beside them, and bundled and minified. */
async function prepare(folder) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(HERE, "start"), folder, { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  const own = ["ky", "zod"].map((name) => [name, join(HERE, "node_modules", name)]);
  for (const [name, path] of [["voximplant-sms-history", PKG], ...own])
    symlinkSync(path, join(folder, "node_modules", name), "junction");
  for (const [place, platform] of [
    ["node", "node"],
    ["web", "browser"],
  ])
    await build({
      entryPoints: Object.keys(APPS).map((app) => join(folder, `${app}.mjs`)),
      outdir: join(folder, place),
      absWorkingDir: folder,
      ...{ bundle: true, minify: true, format: "esm", platform, target: "es2022", logLevel: "warning" },
    });
}

/** The apps for pages, the core's file where a bundler puts it, and the API with one page for all. */
async function serve(folder) {
  const page = body("ascii", ROWS);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://bench");
    const [type, content] = pathname.startsWith(API)
      ? ["application/json", Buffer.from(page)]
      : pathname.endsWith(".js")
        ? ["text/javascript", readFileSync(join(folder, pathname))]
        : pathname.endsWith(".wasm")
          ? ["application/wasm", readFileSync(join(PKG, pathname))]
          : ["text/html", "<!doctype html>"];
    response.writeHead(200, {
      "Content-Type": type,
      // Only a page that is isolated from other origins has a fine clock.
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(content);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function run(script, args) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("exit", (code) =>
      code === 0 ? done(JSON.parse(text)) : failed(new Error(`${script} ended with ${code}`)),
    );
  });
}
