// The test suite that every runtime runs, and its runner.
import aborts from "./aborts.mjs";
import argumentSnapshots from "./argument-snapshots.mjs";
import asyncContexts from "./async-contexts.mjs";
import callers from "./callers.mjs";
import clocks from "./clocks.mjs";
import cursors from "./cursors.mjs";
import differentialTests from "./differential.mjs";
import downloads from "./downloads.mjs";
import earlyExit from "./early-exit.mjs";
import events from "./events.mjs";
import exports from "./exports.mjs";
import histories from "./histories.mjs";
import iteration from "./iteration.mjs";
import limits from "./limits.mjs";
import memory from "./memory.mjs";
import pages from "./pages.mjs";
import planning from "./planning.mjs";
import query from "./query.mjs";
import randomOptions from "./random-options.mjs";
import relays from "./relay.mjs";
import renewals from "./renewals.mjs";
import replies from "./replies.mjs";
import retries from "./retries.mjs";
import slowConsumers from "./slow-consumers.mjs";
import slowLoads from "./slow-loads.mjs";
import summaries from "./summaries.mjs";
import testing from "./testing.mjs";
import timeouts from "./timeouts.mjs";
import tokens from "./tokens.mjs";
import traps from "./traps.mjs";
import valueForms from "./value-forms.mjs";
import vendorClients from "./vendor-clients.mjs";

const everywhere = [
  ...[
    pages,
    valueForms,
    query,
    argumentSnapshots,
    replies,
    callers,
    asyncContexts,
    aborts,
    slowLoads,
    tokens,
    vendorClients,
    downloads,
    relays,
  ],
  ...[
    histories,
    cursors,
    planning,
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
    exports,
    randomOptions,
    differentialTests,
    testing,
  ],
];

/**
 * Runs the suite and resolves to its report.
 * @param {any} QUnit
 * @param {object} context `core` and `edge`: the package; `inside`: its internals; `jose`; `sandbox`: its URL and credentials;
 *   `zone`: the local time zone; `uncaught`: the uncaught errors, which the runner records; `inspect` and
 *   `AsyncLocalStorage`, if the runtime has them;
 *   `isThorough`: whether to run the long tests that do not depend on the engine; `documents`: the first seeds of the
 *   documents for the differential tests
 * @param {{ more?: Function[], only?: string, runtime: string }} options further modules, and the name of the only module to run
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
      const ok = context.uncaught.length === 0;
      report[ok ? "passed" : "failed"] += 1;
      const number = report.passed + report.failed;
      report.tap.push(`${ok ? "ok" : "not ok"} ${number} ${runtime} > no error is uncaught`);
      for (const error of context.uncaught.slice(0, 5))
        report.tap.push(`# ${text(`${error?.stack ?? error}`)}`);
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
