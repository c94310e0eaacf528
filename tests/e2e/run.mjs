// Tests the page in Chromium, or its main flows in WebKit, with its Worker in workerd and the sandbox as API.
//
//   node tests/e2e/run.mjs chromium|webkit
//
// `cargo xtask test e2e` builds the page and the Worker, and sets the environment: SANDBOX_URL, SANDBOX_CREDENTIALS (a file),
// PKG_DIR (the folder in which the packed package is installed), CHROMIUM, WEBKIT and XVFB. E2E_FULL runs the slow tests too.
// E2E_ONLY names the only module of tests to run, as in "costs, in WebKit".
import QUnit from "qunit";
import { startDashboard } from "../../www/demo/dashboard.mjs";
import { folder as packageFolder, sandbox } from "../suite/environment.mjs";
import access from "./access.mjs";
import { Chromium } from "./chromium.mjs";
import costs from "./costs.mjs";
import exports from "./export.mjs";
import figures from "./figures.mjs";
import { Gate } from "./gate.mjs";
import messages from "./messages.mjs";
import { Oracle } from "./oracle.mjs";
import outages from "./outages.mjs";
import overview from "./overview.mjs";
import roles from "./roles.mjs";
import screenshots from "./screenshots.mjs";
import security from "./security.mjs";
import signIn from "./sign-in.mjs";
import { WebKit } from "./webkit.mjs";

/** The browsers, and their modules of tests. */
const BROWSERS = {
  chromium: {
    Browser: Chromium,
    modules: [
      ...[overview, messages, costs, exports, outages, access],
      ...[security, signIn, roles, figures, screenshots],
    ],
  },
  // The other modules test the Worker, or need Chromium's protocol.
  webkit: {
    Browser: WebKit,
    modules: [overview, costs, exports],
    // Parts of the names of the tests that a plain run makes. Each test takes several seconds.
    mainFlows: [
      "the figures of 2025-12-20 to 2025-12-31, America/New_York",
      "the tile Failed leads to the messages",
      "each sender's costs",
      "a table is saved as CSV",
      "a CSV has every message",
      "a cancelled export saves no file",
      "an export that fails saves no file",
    ],
  },
};

const { Browser, modules, mainFlows } = BROWSERS[process.argv[2]];
const closing = [];

try {
  console.error(`starting workerd and ${process.argv[2]} …`);
  const gate = await Gate.open(sandbox.url);
  closing.push(() => gate.close());
  const credentials = JSON.stringify(sandbox.credentials);
  const dashboard = await startDashboard({ credentials, baseUrl: gate.baseUrl });
  closing.push(dashboard.stop);
  const shared = {
    gate,
    dashboard,
    sandbox,
    packageFolder,
    startDashboard,
    oracle: new Oracle(sandbox),
    // Whether slow tests run too.
    isFull: Boolean(process.env.E2E_FULL),
    close,
    /** The same, after a test that made requests fail, which browsers log. */
    closeAfterFaults: (page, assert) => {
      gate.clear();
      return close(page, assert, {
        expected: /^(uncaught: )?Failed to (load resource|fetch dynamically imported module)/,
      });
    },
  };
  const browser = await Browser.start();
  closing.push(() => browser.stop());
  const { passed, failed } = await run({
    ...shared,
    browser: browser.name,
    open: () => browser.open(dashboard.origin),
  });
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} finally {
  for (const close of closing.reverse()) await close();
}

/** Closes a tab. Asserts that its console has only expected problems, and that its policy was not violated. */
async function close(page, assert, { expected } = {}) {
  // Only Chromium reports them.
  const { problems, violations } = page.watched ?? { problems: [], violations: [] };
  assert.deepEqual(
    problems.filter((problem) => !expected?.test(problem)),
    [],
    "the console is clean",
  );
  assert.deepEqual(violations, [], "the Content-Security-Policy is not violated");
  await page.close();
}

/** Runs the tests in sequence, and prints each result. */
function run(context) {
  QUnit.config.autostart = false;
  QUnit.config.testTimeout = 120_000;
  QUnit.config.reorder = false;
  const isPlain = !process.env.E2E_FULL && !process.env.E2E_ONLY;
  if (process.env.E2E_ONLY) QUnit.config.module = process.env.E2E_ONLY;
  if (isPlain && mainFlows) QUnit.config.filter = `/${mainFlows.join("|")}/`;
  const count = { passed: 0, failed: 0 };
  QUnit.on("testEnd", ({ fullName, status, runtime, errors: problems }) => {
    if (status === "skipped") return console.log(`# skipped: ${fullName.join(" > ")}`);
    const ok = status === "passed";
    count[ok ? "passed" : "failed"] += 1;
    const name = `${count.passed + count.failed} ${fullName.join(" > ")}`;
    console.log(`${ok ? "ok" : "not ok"} ${name} # ${Math.round(runtime)} ms`);
    for (const problem of problems ?? []) for (const line of linesOf(problem)) console.log(`# ${line}`);
  });
  for (const define of modules) define(QUnit, context);
  return new Promise((resolve) => {
    QUnit.on("runEnd", ({ testCounts }) => {
      const expected = isPlain && mainFlows ? mainFlows.length : 1;
      if (testCounts.total < expected) {
        console.log(`expected at least ${expected} tests, got ${testCounts.total}`);
        count.failed += 1;
      }
      resolve(count);
    });
    QUnit.start();
  });
}

function linesOf({ message, actual, expected, stack }) {
  const shown = (value) => (JSON.stringify(value) ?? String(value)).slice(0, 1_000);
  return `${message}\nactual: ${shown(actual)}\nexpected: ${shown(expected)}\n${stack}`.split("\n");
}
