// Runs the suite in a page or in a worker. Bundled by run-browser.mjs.

import * as both from "the package";
import * as jose from "jose";
import { limited } from "./limited.mjs";
import { run } from "./suite.mjs";

/**
 * @param {{ credentials: object, path: string, runtime: string, documents: number[], only?: string }} settings `path`: the
 *   path of the API at this origin; `relay`: the path of a relay
 */
export async function runHere({ credentials, path, relay, runtime, documents, only }) {
  const { core, edge, ...parts } = both;
  const inside = { ...parts };
  for (const build of ["core", "edge"]) {
    const response = await fetch(`/package/wasm/${build}_bg.wasm`);
    const bytes = limited(new Uint8Array(await response.arrayBuffer()));
    // Not `compile()`, which does not always settle in workers of WebKit: see lib/load/compile.js.
    inside[`${build}Module`] = await WebAssembly.compileStreaming(
      new Response(bytes, { headers: { "Content-Type": "application/wasm" } }),
    );
  }
  // In a loaded page, QUnit would otherwise start and end before there is a test.
  globalThis.QUnit = { config: { autostart: false } };
  const { default: QUnit } = await import("qunit");
  const uncaught = [];
  addEventListener("unhandledrejection", ({ reason }) => uncaught.push(reason));
  addEventListener("error", ({ error }) => uncaught.push(error));
  const sandbox = { url: location.origin + path, credentials };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const own = { isThorough: false, documents, relay };
  return run(QUnit, { core, edge, inside, jose, sandbox, uncaught, zone, ...own }, { runtime, only });
}
