// The context of the tests in a runtime that has Node's modules.
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as jose from "jose";
import { BOTH, consumer, sandbox, wasmFile } from "./environment.mjs";
import { limited } from "./limited.mjs";

/** Creates the context of the suite, see `run` in suite.mjs, and starts to record uncaught errors. */
export async function context() {
  const { core, edge, ...inside } = await import(pathToFileURL(consumer(`both-${process.pid}.mjs`, BOTH)));
  const compiled = (build) => WebAssembly.compile(limited(readFileSync(wasmFile(build))));
  const modules = { coreModule: await compiled("core"), edgeModule: await compiled("edge") };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const uncaught = [];
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (thrown) => uncaught.push(thrown));
  return {
    core,
    edge,
    inside: { ...inside, ...modules },
    jose,
    sandbox,
    uncaught,
    inspect,
    AsyncLocalStorage,
    zone,
  };
}
