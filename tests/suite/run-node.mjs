// Runs the suite in the current Node, and its tests of dates again in other time zones.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import QUnit from "qunit";
import copies from "./copies.mjs";
import garbage from "./garbage.mjs";
import { context } from "./here.mjs";
import leaks from "./leaks.mjs";
import loading from "./loading.mjs";
import nodeOnly from "./node-only.mjs";
import { print } from "./print.mjs";
import printed from "./printed.mjs";
import { run } from "./suite.mjs";

const ZONES = ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"];

const only = process.env.SUITE_ONLY;
// The version of tests/runtimes is the project's choice, and the other is the machine's.
const { dependencies } = JSON.parse(readFileSync(new URL("../runtimes/package.json", import.meta.url)));
const { node: version } = process.versions;
const isNewest = version === dependencies.node;
const own = { isThorough: !isNewest, documents: isNewest ? [] : [1, 5_001, 10_001] };
const report = await run(
  QUnit,
  { ...(await context()), ...own },
  {
    more: [nodeOnly, printed, copies, loading, garbage, leaks],
    only,
    runtime: `node ${version}`,
  },
);

if (process.send) {
  process.send(report, () => process.disconnect());
} else {
  const row = { name: "Node", version, isOurs: isNewest, what: ["main thread"] };
  print([report, ...(await Promise.all(ZONES.map(inZone)))], row);
}

function inZone(TZ) {
  return new Promise((resolve) => {
    const env = { ...process.env, TZ, SUITE_ONLY: "dates" };
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
      env,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let report;
    child.on("message", (message) => {
      report = message;
    });
    child.on("exit", (code) => {
      const failure = {
        tap: [`not ok the suite in the zone ${TZ} exited with code ${code}`],
        passed: 0,
        failed: 1,
      };
      resolve(report?.passed > 0 ? report : failure);
    });
  });
}
