// The suite in the Node that runs this, and its tests of dates once more in other time zones.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import QUnit from "qunit";
import differentialTests from "./differential.mjs";
import garbage from "./garbage.mjs";
import { context } from "./here.mjs";
import nodeOnly from "./node-only.mjs";
import { print, run } from "./suite.mjs";

const ZONES = ["UTC", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe"];

const only = process.env.SUITE_ONLY;
const report = await run(QUnit, await context(), {
  more: [nodeOnly, garbage, differentialTests],
  only,
  runtime: `node ${process.versions.node}`,
});

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
