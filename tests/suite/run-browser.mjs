// The suite in a browser: `run-browser.mjs chromium|firefox|webkit page|worker|"service worker"`.
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { launch, TITLES } from "../browser/launch.mjs";
import { startProxy } from "../browser/proxy.mjs";
import { removeNewerApis } from "../browser/safari.mjs";
import { CONTEXTS } from "./browser-contexts.mjs";
import { BOTH, consumer, folder, INSTALLED, sandbox } from "./environment.mjs";
import { print } from "./print.mjs";

const [name, where] = process.argv.slice(2);
const context = CONTEXTS[where];
if (!context) throw new Error(`context: expected ${Object.keys(CONTEXTS).join(", ")}, got ${where}`);
const script = await bundle(context);
const { edge } = await import(pathToFileURL(consumer(`both-${process.pid}.mjs`, BOTH)));
const account = await edge.ServiceAccount.fromCredentials(sandbox.credentials);
let relay;
const server = await startProxy({
  sandbox: sandbox.url,
  relay(request) {
    relay ??= edge.createRelay({
      account,
      authorize: () => true,
      baseUrl: sandbox.url,
      origins: [server.origin],
    });
    return relay(request);
  },
  folders: { "/package/": join(folder, INSTALLED) },
  answer: (path) =>
    ({
      "/": { type: "text/html", body: "<!doctype html><title>suite</title>" },
      "/suite.js": { type: "text/javascript", body: script },
    })[path],
});
// No network events: the suite makes thousands of requests, and an event takes Firefox as long as a request.
const browser = await launch(name, { networkEnabled: false });
try {
  const page = await browser.newPage();
  await page.goto(server.origin);
  // In workers, WebKit keeps its newer APIs.
  if (name === "webkit" && where === "page") await page.evaluate(removeNewerApis);
  const settings = {
    credentials: sandbox.credentials,
    path: new URL(sandbox.url).pathname,
    relay: "/sms",
    runtime: `${await browser.version()} ${where}`,
    documents: name === "chromium" && where === "page" ? [20_001] : [],
    only: process.env.SUITE_ONLY,
  };
  const report = await page.evaluate(`((settings) => ${context.start})(${JSON.stringify(settings)})`);
  if (report.error) throw new Error(report.error);
  const [, version] = (await browser.version()).split("/");
  print([report], { name: TITLES[name], version, parts: name === "webkit" ? 2 : 1, what: [where] });
} finally {
  await browser.close();
  await server.close();
}

/** Bundles the suite into one script. The package is bundled only for a context that cannot import. */
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
