// The suite in workerd, bundled as wrangler bundles Workers, at an old and at a new compatibility date: with the
// compatibility flags that are this script's parameters, such as `nodejs_compat`.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { bundle, COMPATIBILITY_DATES } from "./bundle.mjs";
import { BOTH, consumer, folder, sandbox, wasmFile } from "./environment.mjs";
import { limited } from "./limited.mjs";
import { print } from "./suite.mjs";

const compatibilityFlags = process.argv.slice(2);

const here = fileURLToPath(new URL(".", import.meta.url));
const worker = `
  import * as both from "${consumer(`both-worker-${process.pid}.mjs`, BOTH)}";
  import coreModule from "${limitedFile("core")}";
  import edgeModule from "${limitedFile("edge")}";
  import * as jose from "jose";
  import { run } from "./suite.mjs";
  const { core, edge, ...parts } = both;
  const inside = { ...parts, coreModule, edgeModule };
  const strays = [];
  // By old compatibility dates a rejection is told at once, also where a handler follows in the same turn.
  const rejected = new Map();
  addEventListener("unhandledrejection", ({ promise, reason }) => {
    rejected.set(promise, reason);
    strays.push(reason);
  });
  addEventListener("rejectionhandled", ({ promise }) => {
    const at = strays.indexOf(rejected.get(promise));
    if (at >= 0) strays.splice(at, 1);
    rejected.delete(promise);
  });
  addEventListener("error", ({ error }) => strays.push(error));
  export default {
    async fetch(request, { sandbox, runtime }) {
      const QUnit = (await import("qunit")).default;
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return Response.json(await run(QUnit, { core, edge, inside, jose, sandbox, strays, zone }, { runtime }));
    },
  };
`;
const { script, wasm } = await bundle({ source: worker, folder: here, packageFolder: folder });
const modules = [
  { type: "ESModule", path: "worker.mjs", contents: script },
  ...wasm.map(({ name, path }) => ({ type: "CompiledWasm", path: name, contents: readFileSync(path) })),
];

const reports = [];
for (const compatibilityDate of COMPATIBILITY_DATES) {
  const miniflare = new Miniflare({
    cf: false,
    modules,
    compatibilityDate,
    compatibilityFlags,
    bindings: { sandbox, runtime: ["workerd", compatibilityDate, ...compatibilityFlags].join(" ") },
  });
  try {
    reports.push(await (await miniflare.dispatchFetch("http://worker/")).json());
  } finally {
    await miniflare.dispose();
  }
}
print(reports);

function limitedFile(build) {
  return consumer(`${build}-limited-${process.pid}.wasm`, limited(readFileSync(wasmFile(build))));
}
