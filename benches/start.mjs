// The first call of a fresh process, or of a fresh page: from its start until its request is sent. And a page over a slow
// network: from the navigation to its rows.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { PredefinedNetworkConditions } from "puppeteer-core";
import { chromium } from "./engines.mjs";
import { body } from "./inside/bodies.mjs";
import { spread } from "./inside/measure.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PKG = join(HERE, "../pkg");
const API = "/platform_api";
const ROWS = 20;
const APPS = { ours: "voximplant-sms-history", baseline: "ky + zod", bare: "fetch alone" };

/** The networks that pages are loaded over: Chromium's own presets, which Lighthouse uses, too. */
const NETWORKS = ["Fast 4G", "Slow 4G"];
const NETWORK_ROWS = 100;
/** A hint in the HTML: the browser fetches the WebAssembly beside the script. */
const HINT = '<link rel="preload" href="/wasm/core_bg.wasm" as="fetch" type="application/wasm" crossorigin>';

export async function start(built, { quick, engines }) {
  const folder = resolve(built, "start");
  await prepare(folder);
  const server = await serve(folder, { rows: ROWS });
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
        [`${APPS.baseline}, as installed`]: app("baseline.mjs"),
        [`${APPS.baseline}, bundled`]: app("node/baseline.js"),
        [APPS.bare]: app("bare.mjs"),
      });
      const [glue, wasm] = ["core.js", "core_bg.wasm"].map((name) => join(PKG, "wasm", name));
      measured.wasm = (
        await interleaved(rounds, { core: () => node("wasm.mjs", pathToFileURL(glue).href, wasm) })
      ).core;
    }
    if (engines.includes("chromium")) {
      measured.chromium = await inChromium(rounds, server.origin);
      measured.networks = await overNetworks(folder, quick ? 3 : 15);
    }
  } finally {
    server.close();
  }
  return { rounds, load: loadavg()[0].toFixed(1), ...measured };
}

/** Measures each turn in a browser context of its own, where nothing is cached. */
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
      [`${APPS.baseline}, bundled`]: app("baseline"),
      [APPS.bare]: app("bare"),
    });
  } finally {
    await browser.close();
  }
}

/** Loads the apps over each network, each time in a context of its own: nothing is cached and no connection is open. */
async function overNetworks(folder, rounds) {
  const server = await serve(folder, { rows: NETWORK_ROWS, isCompressed: true });
  const browser = await chromium();
  const load = (path, conditions) => async () => {
    const context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await page.emulateNetworkConditions(conditions);
      await page.goto(server.origin + path);
      const done = await page.waitForFunction(() => globalThis.done);
      return await done.jsonValue();
    } finally {
      await context.close();
    }
  };
  const measured = [];
  try {
    for (const name of NETWORKS) {
      const conditions = PredefinedNetworkConditions[name];
      const times = await interleaved(
        rounds,
        {
          [APPS.ours]: load("/ours", conditions),
          [`${APPS.ours}, with a preload hint`]: load("/ours?hint", conditions),
          [APPS.baseline]: load("/baseline", conditions),
          [APPS.bare]: load("/bare", conditions),
        },
        NETWORK_ROWS,
      );
      measured.push({ name, conditions, rounds, rows: NETWORK_ROWS, baseline: APPS.baseline, times });
    }
  } finally {
    await browser.close();
    server.close();
  }
  return measured;
}

/** As node.mjs, in a page. The page's resource timing has the start of the request. */
async function inPage(app, baseUrl) {
  const began = performance.now();
  const { first } = await import(app);
  const called = performance.now();
  const rows = await first(baseUrl);
  const sent = performance.getEntriesByType("resource").find(({ name }) => name.includes("GetSmsHistory"));
  return { rows: rows.length, whole: sent.requestStart - began, call: sent.requestStart - called };
}

/** Runs the contenders in turns, each round starting with another one, and returns the spreads of their times. */
async function interleaved(rounds, contenders, wanted = ROWS) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, {}]));
  // One extra round, which is not counted, fills the system's file cache.
  for (let round = 0; round <= rounds; round += 1) {
    process.stderr.write(`start: ${round} of ${rounds}\n`);
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      const { rows = wanted, ...taken } = await contenders[name]();
      if (rows !== wanted) throw new Error(`${name} read ${rows} rows`);
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

/** Prepares the apps: with their imports installed beside them, and bundled and minified. */
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
  for (const app of Object.keys(APPS))
    await build({
      entryPoints: [join(folder, "page.mjs")],
      outfile: join(folder, "page", `${app}.js`),
      alias: { app: join(folder, `${app}.mjs`) },
      absWorkingDir: folder,
      ...{
        bundle: true,
        minify: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        logLevel: "warning",
      },
    });
}

/**
 * Serves the API with one page of rows, the pages with their scripts, the WebAssembly where a bundler puts it, and a token.
 * `isCompressed`: by brotli, as servers of pages do.
 */
async function serve(folder, { rows, isCompressed = false }) {
  const page = Buffer.from(body("ascii", rows));
  const compressed = new Map();
  const compress = (name, content) => {
    if (!compressed.has(name)) compressed.set(name, brotliCompressSync(content));
    return compressed.get(name);
  };
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url, "http://bench");
    const [type, content] = contentOf(pathname, search);
    response.writeHead(200, {
      "Content-Type": type,
      ...(isCompressed && { "Content-Encoding": "br" }),
      // Only a page that is isolated from other origins has a fine clock.
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    });
    response.end(isCompressed ? compress(request.url, content) : content);
  });
  function contentOf(pathname, search) {
    if (pathname.startsWith(API)) return ["application/json", page];
    if (pathname.endsWith(".js")) return ["text/javascript", readFileSync(join(folder, pathname))];
    if (pathname.endsWith(".wasm")) return ["application/wasm", readFileSync(join(PKG, pathname))];
    if (pathname === "/token") return ["text/plain", "bench"];
    const app = pathname.slice(1);
    const script = app in APPS ? `<script type="module" src="/page/${app}.js"></script>` : "";
    return ["text/html", `<!doctype html><meta charset="utf-8">${search === "?hint" ? HINT : ""}${script}`];
  }
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
