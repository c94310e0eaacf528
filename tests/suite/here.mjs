// What the tests get in a runtime that has Node's modules.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as jose from "jose";
import { BOTH, consumer, sandbox, wasmFile } from "./environment.mjs";
import { limited } from "./limited.mjs";

/** The context of the suite, see `run` in suite.mjs; from now on, it keeps what is thrown where nobody catches it. */
export async function context() {
  const { core, edge, ...inside } = await import(pathToFileURL(consumer(`both-${process.pid}.mjs`, BOTH)));
  const compiled = (build) => WebAssembly.compile(limited(readFileSync(wasmFile(build))));
  const modules = { coreModule: await compiled("core"), edgeModule: await compiled("edge") };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const strays = [];
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (thrown) => strays.push(thrown));
  return { core, edge, inside: { ...inside, ...modules }, jose, sandbox, strays, inspect, zone };
}
