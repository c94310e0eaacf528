// Runs the suite in workerd, bundled as wrangler bundles Workers: `run-workerd.mjs <compatibility date> <compatibility flags ...>`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { bundle } from "./bundle.mjs";
import { BOTH, consumer, folder, sandbox, wasmFile } from "./environment.mjs";
import { limited } from "./limited.mjs";
import { print } from "./print.mjs";

const [compatibilityDate, ...compatibilityFlags] = process.argv.slice(2);
if (!compatibilityDate)
  throw new Error("expected a compatibility date, such as 2026-04-01, and optional flags");
const { version } = createRequire(createRequire(import.meta.url).resolve("miniflare"))(
  "workerd/package.json",
);

const here = fileURLToPath(new URL(".", import.meta.url));
const hasNode = compatibilityFlags.includes("nodejs_compat");
const worker = `
  ${hasNode ? 'import { AsyncLocalStorage } from "node:async_hooks";' : "const AsyncLocalStorage = undefined;"}
  import * as both from "${consumer(`both-worker-${process.pid}.mjs`, BOTH)}";
  import coreModule from "${limitedFile("core")}";
  import edgeModule from "${limitedFile("edge")}";
  import * as jose from "jose";
  import { run } from "./suite.mjs";
  const { core, edge, ...others } = both;
  const inside = { ...others, coreModule, edgeModule };
  const uncaught = [];
  // With old compatibility dates, a rejection is reported even if a handler follows in the same turn.
  const rejected = new Map();
  addEventListener("unhandledrejection", ({ promise, reason }) => {
    rejected.set(promise, reason);
    uncaught.push(reason);
  });
  addEventListener("rejectionhandled", ({ promise }) => {
    const at = uncaught.indexOf(rejected.get(promise));
    if (at >= 0) uncaught.splice(at, 1);
    rejected.delete(promise);
  });
  addEventListener("error", ({ error }) => uncaught.push(error));
  export default {
    async fetch(request, { sandbox, runtime }) {
      const QUnit = (await import("qunit")).default;
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const parts = { core, edge, inside, jose, sandbox, uncaught, zone, AsyncLocalStorage };
      const context = { ...parts, isThorough: false, documents: [] };
      return Response.json(await run(QUnit, context, { runtime }));
    },
  };
`;
const { script, wasm } = await bundle({ source: worker, folder: here, packageFolder: folder });
const modules = [
  { type: "ESModule", path: "worker.mjs", contents: script },
  ...wasm.map(({ name, path }) => ({ type: "CompiledWasm", path: name, contents: readFileSync(path) })),
];

const what = [compatibilityDate, ...compatibilityFlags].join(" with ");
const miniflare = new Miniflare({
  cf: false,
  modules,
  compatibilityDate,
  compatibilityFlags,
  bindings: { sandbox, runtime: `workerd ${what}` },
});
try {
  const report = await (await miniflare.dispatchFetch("http://worker/")).json();
  print([report], { name: "Cloudflare Workers (workerd)", version, isOurs: true, what: [what] });
} finally {
  await miniflare.dispose();
}

function limitedFile(build) {
  return consumer(`${build}-limited-${process.pid}.wasm`, limited(readFileSync(wasmFile(build))));
}
