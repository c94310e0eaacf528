// The suite in a browser: `run-browser.mjs chromium|firefox page|worker|"service worker"`.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { front } from "../browser/front.mjs";
import { launch } from "../browser/launch.mjs";
import { PLACES } from "./browser-contexts.mjs";
import { folder, INSTALLED, sandbox } from "./environment.mjs";
import { print } from "./print.mjs";

const [name, where] = process.argv.slice(2);
const place = PLACES[where];
if (!place) throw new Error(`no such place: ${where}; there are ${Object.keys(PLACES).join(", ")}`);
const script = await bundle(place);
const server = await front({
  sandbox: sandbox.url,
  folders: { "/package/": join(folder, INSTALLED) },
  answer: (path) =>
    ({
      "/": { type: "text/html", body: "<!doctype html><title>suite</title>" },
      "/suite.js": { type: "text/javascript", body: script },
    })[path],
});
// Thousands of requests: to tell of each takes Firefox as long as to make it.
const browser = await launch(name, { networkEnabled: false });
try {
  const page = await browser.newPage();
  await page.goto(server.origin);
  const told = {
    credentials: sandbox.credentials,
    path: new URL(sandbox.url).pathname,
    runtime: `${await browser.version()} ${where}`,
    documents: name === "chromium" && where === "page" ? [20_001] : [],
    only: process.env.SUITE_ONLY,
  };
  const report = await page.evaluate(`((told) => ${place.begin})(${JSON.stringify(told)})`);
  if (report.error) throw new Error(report.error);
  const [, version] = (await browser.version()).split("/");
  print([report], { name: name === "firefox" ? "Firefox" : "Chromium", version, what: [where] });
} finally {
  await browser.close();
  await server.close();
}

/** The suite as one script; the package itself stays as it is served, unless the place loads nothing. */
async function bundle({ both, script: contents, classic }) {
  const result = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: classic ? "iife" : "esm",
    external: ["/package/*"],
    logLevel: "error",
    plugins: [
      {
        name: "the package",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^the package$/ }, ({ path }) => ({ path, namespace: "package" }));
          onLoad({ filter: /./, namespace: "package" }, () => ({
            contents: both,
            resolveDir: join(folder, INSTALLED),
          }));
        },
      },
    ],
  });
  return result.outputFiles[0].text;
}
