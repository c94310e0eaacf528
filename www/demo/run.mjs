// The demo of the whole project: the library reads the whole history through the Worker's relay in workerd. Then workerd
// serves the page until Ctrl-C.
//
//   node www/demo/run.mjs [--once] [--show-texts]
//
//   VOXIMPLANT_CREDENTIALS  path of a service account's credentials.json
//   VOXIMPLANT_BASE_URL     the API's base URL; by default the vendor's
//   SANDBOX_TOTALS_URL      the URL of the sandbox's totals, which are compared with those that were read; optional
//
// The report goes to standard output, progress to standard error.
import { once } from "node:events";
import { parseArgs } from "node:util";
import { SmsHistoryClient } from "voximplant-sms-history";
import { askQuestions, copyHistory } from "./archive.mjs";
import { buildPage, buildWorker } from "./build.mjs";
import { readCredentials, signIn, startDashboard } from "./dashboard.mjs";
import { readHistory } from "./history.mjs";
import { formatInteger, heading, newestTable, timingsText, totalsText } from "./report.mjs";
import { Steps } from "./steps.mjs";
import { differences } from "./totals.mjs";

const VENDOR = "https://api.voximplant.com/platform_api";
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const INTERRUPTED = Symbol("interrupted");

/**
 * Runs the demo, and returns the exit code.
 * @param {{ once: boolean, "show-texts": boolean }} options
 */
async function demo(options) {
  const signal = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => INTERRUPTED);
  const { VOXIMPLANT_CREDENTIALS: path, VOXIMPLANT_BASE_URL: baseUrl = VENDOR } = process.env;
  if (!path)
    throw new Error("VOXIMPLANT_CREDENTIALS: expected the path of a service account's credentials.json");
  const credentials = await readCredentials(path);
  // The messages of a sandbox are generated; those of an account contain personal data.
  const isGenerated = LOOPBACK.test(new URL(baseUrl).hostname);
  const privacy = { showNumbers: isGenerated, showTexts: isGenerated || options["show-texts"] };

  const steps = new Steps();
  // The messages of a real account are not copied.
  const hasArchive = isGenerated && !options.once;
  const settings = hasArchive ? { ARCHIVE_FROM: "2015-01-01" } : {};
  const starting = start(steps, { credentials, baseUrl, settings });
  const dashboard = await Promise.race([starting, signal]);
  // A workerd that is still starting ends with this process.
  if (dashboard === INTERRUPTED) return 130;
  try {
    if ((await Promise.race([run(steps, dashboard.origin, privacy), signal])) === INTERRUPTED) return 130;
    if (options.once) return 0;
    if (hasArchive && (await Promise.race([copy(dashboard.origin), signal])) === INTERRUPTED) return 130;
    console.log(`\n${heading("The page")}   ${dashboard.origin}   Ctrl-C ends it`);
    await signal;
    return 0;
  } finally {
    await dashboard.stop();
  }
}

/** @param {Steps} steps */
async function start(steps, settings) {
  await steps.run("build the page", buildPage);
  await steps.run("build the Worker", buildWorker);
  return steps.run("start workerd", () => startDashboard(settings));
}

/** @param {Steps} steps */
async function run(steps, origin, privacy) {
  const send = await steps.run("sign in", () => signIn(origin, "reader"));
  const client = new SmsHistoryClient({ relay: `${origin}/sms`, fetch: send });
  const summary = await steps.run("read the history", (progress) =>
    readHistory(client, (read, total) =>
      progress(`${formatInteger(read)} of ${total === undefined ? "?" : formatInteger(total)} messages`),
    ),
  );
  const readMs = steps.timings.get("read the history");

  if (summary.count > 0) {
    console.log(
      `\n${heading(`The newest ${summary.newest.length} of ${formatInteger(summary.count)} messages`)}\n`,
    );
    console.log(newestTable(summary, privacy));
  }
  console.log(`\n${heading("Totals")}\n${totalsText(summary)}`);
  await compare(summary);
  console.log(`\n${heading("Timings")}\n${timingsText(steps.timings)}`);
  console.log("\nThe rows came through the Worker's relay. The key and its tokens stayed there.");
  if (summary.count > 0)
    console.log(
      `The history came at ${formatInteger(Math.round(summary.count / (readMs / 1000)))} rows a second.`,
    );
}

/** Copies the history into the archive, which the page then reads, and asks it some questions. */
async function copy(origin) {
  const send = await signIn(origin, "reader");
  console.error("\ncopy the history into the archive …");
  const { exactUntil, messages, seconds } = await copyHistory(send, origin);
  const rate = formatInteger(Math.round(messages / seconds));
  console.log(`\n${heading("The archive")}\n${formatInteger(messages)} messages, ${rate} rows a second`);
  console.log(`exact until ${exactUntil}\n`);
  for (const { question, answer, ms } of await askQuestions(send, origin))
    console.log(`${question.padEnd(45)} ${answer}  (${ms} ms)`);
}

/** Compares the totals with the sandbox's own. Does nothing without a sandbox. */
async function compare(summary) {
  const url = process.env.SANDBOX_TOTALS_URL;
  if (!url) return;
  const found = await differences(summary, url);
  if (found.length > 0) throw new Error(`the totals differ from the sandbox's own:\n  ${found.join("\n  ")}`);
  console.log("           equal to the totals that the sandbox computed itself");
}

try {
  const { values } = parseArgs({
    options: { once: { type: "boolean", default: false }, "show-texts": { type: "boolean", default: false } },
  });
  process.exit(await demo(values));
} catch (error) {
  // Only the message: a `cause` may quote a URL with phone numbers.
  console.error(`demo: ${error.message}`);
  process.exit(1);
}
