// The suite in the Node that runs this, and its tests of dates once more in other time zones.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { inspect } from "node:util";
import * as jose from "jose";
import QUnit from "qunit";
import differentialTests from "./differential.mjs";
import { BOTH, consumer, sandbox, wasmFile } from "./environment.mjs";
import garbage from "./garbage.mjs";
import { limited } from "./limited.mjs";
import nodeOnly from "./node-only.mjs";
import { print, run } from "./suite.mjs";

const ZONES = ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"];

const only = process.env.SUITE_ONLY;
const { core, edge, ...inside } = await import(pathToFileURL(consumer(`both-${process.pid}.mjs`, BOTH)));
const compiled = (build) => WebAssembly.compile(limited(readFileSync(wasmFile(build))));
const modules = { coreModule: await compiled("core"), edgeModule: await compiled("edge") };
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const strays = [];
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (thrown) => strays.push(thrown));
const report = await run(
  QUnit,
  { core, edge, inside: { ...inside, ...modules }, jose, sandbox, strays, inspect, zone },
  { more: [nodeOnly, garbage, differentialTests], only, runtime: `node ${process.versions.node}` },
);

if (process.send) {
  process.send(report, () => process.disconnect());
} else {
  print([report, ...(await Promise.all(ZONES.map(inZone)))]);
}

function inZone(TZ) {
  return new Promise((resolve) => {
    const env = { ...process.env, TZ, SUITE_ONLY: "dates" };
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
      env,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let told;
    child.on("message", (message) => {
      told = message;
    });
    child.on("exit", (code) => {
      const silent = { tap: [`not ok the suite in the zone ${TZ} ended with ${code}`], passed: 0, failed: 1 };
      resolve(told?.passed > 0 ? told : silent);
    });
  });
}
