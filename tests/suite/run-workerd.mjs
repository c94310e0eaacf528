// The suite in workerd, bundled as wrangler bundles Workers, at an old and at a new compatibility date.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { bundle, COMPATIBILITY_DATES } from "./bundle.mjs";
import { folder, sandbox } from "./environment.mjs";
import { print } from "./suite.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const worker = `
  import * as core from "voximplant-sms-history";
  import * as edge from "voximplant-sms-history/edge";
  import * as jose from "jose";
  import { run } from "./suite.mjs";
  const strays = [];
  addEventListener("unhandledrejection", ({ reason }) => strays.push(reason));
  addEventListener("error", ({ error }) => strays.push(error));
  export default {
    async fetch(request, { sandbox, date }) {
      const QUnit = (await import("qunit")).default;
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return Response.json(await run(QUnit, { core, edge, jose, sandbox, strays, zone }, { runtime: "workerd " + date }));
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
    bindings: { sandbox, date: compatibilityDate },
  });
  try {
    reports.push(await (await miniflare.dispatchFetch("http://worker/")).json());
  } finally {
    await miniflare.dispose();
  }
}
print(reports);
