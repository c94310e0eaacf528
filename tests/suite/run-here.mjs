// The suite in the runtime that runs this: Bun or Deno.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as jose from "jose";
import QUnit from "qunit";
import { BOTH, consumer, sandbox, wasmFile } from "./environment.mjs";
import { limited } from "./limited.mjs";
import { print, run } from "./suite.mjs";

const { bun, deno } = process.versions;
if (!bun && !deno) throw new Error("this is neither Bun nor Deno");
if (deno) {
  // Deno sends a request again by itself when the kept connection that it took was reset: the suite counts requests.
  const [{ fetch }, client] = [globalThis, Deno.createHttpClient({ poolMaxIdlePerHost: 0 })];
  globalThis.fetch = (url, init) => fetch(url, { ...init, client });
}
const { core, edge, ...inside } = await import(pathToFileURL(consumer(`both-${process.pid}.mjs`, BOTH)));
const compiled = (build) => WebAssembly.compile(limited(readFileSync(wasmFile(build))));
const modules = { coreModule: await compiled("core"), edgeModule: await compiled("edge") };
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const strays = [];
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (thrown) => strays.push(thrown));
const context = { core, edge, inside: { ...inside, ...modules }, jose, sandbox, strays, inspect, zone };
print([
  await run(QUnit, context, { only: process.env.SUITE_ONLY, runtime: bun ? `bun ${bun}` : `deno ${deno}` }),
]);
// Both would go on to wait for timers that some tests leave behind.
process.exit();
