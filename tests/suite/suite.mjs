// The one suite: plain modules that every runtime runs, and the way they are run.
import aborts from "./aborts.mjs";
import argumentSnapshots from "./argument-snapshots.mjs";
import callers from "./callers.mjs";
import clocks from "./clocks.mjs";
import cursors from "./cursors.mjs";
import differentialTests from "./differential.mjs";
import downloads from "./downloads.mjs";
import earlyExit from "./early-exit.mjs";
import events from "./events.mjs";
import histories from "./histories.mjs";
import iteration from "./iteration.mjs";
import limits from "./limits.mjs";
import memory from "./memory.mjs";
import pages from "./pages.mjs";
import query from "./query.mjs";
import randomOptions from "./random-options.mjs";
import renewals from "./renewals.mjs";
import replies from "./replies.mjs";
import retries from "./retries.mjs";
import slowConsumers from "./slow-consumers.mjs";
import slowLoads from "./slow-loads.mjs";
import summaries from "./summaries.mjs";
import timeouts from "./timeouts.mjs";
import tokens from "./tokens.mjs";
import traps from "./traps.mjs";
import vendorClients from "./vendor-clients.mjs";

const everywhere = [
  ...[pages, query, argumentSnapshots, replies, callers, aborts, slowLoads, tokens, vendorClients, downloads],
  ...[
    histories,
    cursors,
    iteration,
    earlyExit,
    retries,
    timeouts,
    slowConsumers,
    renewals,
    clocks,
    events,
    limits,
    traps,
    memory,
    summaries,
    randomOptions,
    differentialTests,
  ],
];

/**
 * Runs the suite and resolves to its report.
 * @param {any} QUnit
 * @param {object} context what the tests get: `core` and `edge` (the package), what is `inside` of it, `jose`, `sandbox`
 *   ({ url, credentials }), `zone` (the local time zone's name), `strays` (what was thrown where nobody catches it, kept by
 *   the runner), and `inspect` where the runtime has it; `isThorough` in the one runtime that does what takes long and is the
 *   same in every engine; `documents` (the first seeds of those that the differential tests read here)
 * @param {{ more?: Function[], only?: string, runtime: string }} options further modules, and the one module's name to run
 * @returns {Promise<{ tap: string[], passed: number, failed: number }>}
 */
export function run(QUnit, context, { more = [], only, runtime }) {
  QUnit.config.autostart = false;
  QUnit.config.testTimeout = 30_000;
  if (only) QUnit.config.module = only;
  const report = { tap: [], passed: 0, failed: 0 };
  QUnit.on("testEnd", ({ fullName, status, runtime: ms, errors: problems }) => {
    const ok = status === "passed";
    report[ok ? "passed" : "failed"] += 1;
    const number = report.passed + report.failed;
    const name = `${runtime} > ${fullName.join(" > ")}`;
    report.tap.push(`${ok ? "ok" : "not ok"} ${number} ${name} # ${Math.round(ms)} ms`);
    for (const { message, actual, expected, stack } of problems ?? []) {
      report.tap.push(
        ...`${message}\nactual: ${text(actual)}\nexpected: ${text(expected)}\n${stack}`
          .split("\n")
          .map((line) => `# ${line}`),
      );
    }
  });
  for (const define of [...everywhere, ...more]) define(QUnit, context);
  return new Promise((resolve) => {
    QUnit.on("runEnd", () => {
      const ok = context.strays.length === 0;
      report[ok ? "passed" : "failed"] += 1;
      const number = report.passed + report.failed;
      report.tap.push(
        `${ok ? "ok" : "not ok"} ${number} ${runtime} > nothing is thrown where nobody catches it`,
      );
      for (const stray of context.strays.slice(0, 5))
        report.tap.push(`# ${text(`${stray?.stack ?? stray}`)}`);
      resolve(report);
    });
    QUnit.start();
  });
}

function text(value) {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 2000);
  } catch {
    return typeof value;
  }
}
