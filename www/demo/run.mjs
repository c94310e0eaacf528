// The main job through its real parts: a Worker in workerd mints a token, and the library reads the whole history with
// it. Then the page is served, until Ctrl-C.
//
//   node www/demo/run.mjs [--once] [--show-texts]
//
//   VOXIMPLANT_CREDENTIALS  path of a service account's credentials.json
//   VOXIMPLANT_BASE_URL     the API's base URL; by default the vendor's
//   SANDBOX_TOTALS_URL      where the sandbox tells its own totals, to be held against what was read; optional
//
// The report goes to standard output, progress to standard error.
import { once } from "node:events";
import { parseArgs } from "node:util";
import { SmsHistoryClient } from "voximplant-sms-history";
import { buildPage, buildWorker } from "./build.mjs";
import { askForToken, readCredentials, startDashboard } from "./dashboard.mjs";
import { readHistory } from "./history.mjs";
import { heading, newestTable, timingsText, totalsText, whole } from "./report.mjs";
import { Steps } from "./steps.mjs";
import { differences } from "./totals.mjs";

const VENDOR = "https://api.voximplant.com/platform_api";
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const INTERRUPTED = Symbol("interrupted");

/**
 * The exit code.
 * @param {{ once: boolean, "show-texts": boolean }} options
 */
async function demo(options) {
  const signal = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => INTERRUPTED);
  const { VOXIMPLANT_CREDENTIALS: path, VOXIMPLANT_BASE_URL: baseUrl = VENDOR } = process.env;
  if (!path)
    throw new Error("VOXIMPLANT_CREDENTIALS: expected the path of a service account's credentials.json");
  const credentials = await readCredentials(path);
  // What a sandbox holds is made up. What an account holds is about people.
  const fictitious = LOOPBACK.test(new URL(baseUrl).hostname);
  const privacy = { showNumbers: fictitious, showTexts: fictitious || options["show-texts"] };

  const steps = new Steps();
  const starting = start(steps, { credentials, baseUrl });
  const dashboard = await Promise.race([starting, signal]);
  // A workerd that is still starting is taken along when this process exits.
  if (dashboard === INTERRUPTED) return 130;
  try {
    if ((await Promise.race([run(steps, dashboard.origin, baseUrl, privacy), signal])) === INTERRUPTED)
      return 130;
    if (options.once) return 0;
    console.log(`\n${heading("The page")}   ${dashboard.origin}   Ctrl-C ends it`);
    await signal;
    return 0;
  } finally {
    await dashboard.stop();
  }
}

/** @param {Steps} steps */
async function start(steps, settings) {
  await steps.take("build the page", buildPage);
  await steps.take("build the Worker", buildWorker);
  return steps.take("start workerd", () => startDashboard(settings));
}

/** @param {Steps} steps */
async function run(steps, origin, baseUrl, privacy) {
  const minted = await steps.take("have the Worker mint a token", () => askForToken(origin));
  const seconds = Math.round((Date.parse(minted.expiresAt) - Date.now()) / 1000);

  // The first token is at hand; the client asks for another one when that one is about to expire.
  let first = minted.token;
  const token = async () => {
    const next = first ?? (await askForToken(origin)).token;
    first = undefined;
    return next;
  };
  const client = new SmsHistoryClient({ baseUrl, token });
  const summary = await steps.take("read the history", (progress) =>
    readHistory(client, (read, total) =>
      progress(`${whole(read)} of ${total === undefined ? "?" : whole(total)} messages`),
    ),
  );
  const readMs = steps.timings.get("read the history");

  if (summary.count > 0) {
    console.log(`\n${heading(`The newest ${summary.newest.length} of ${whole(summary.count)} messages`)}\n`);
    console.log(newestTable(summary, privacy));
  }
  console.log(`\n${heading("Totals")}\n${totalsText(summary)}`);
  await compare(summary);
  console.log(`\n${heading("Timings")}\n${timingsText(steps.timings)}`);
  console.log(`\nThe token came from the Worker and is good for ${seconds} s; the key stayed there.`);
  if (summary.count > 0)
    console.log(`The history came at ${whole(Math.round(summary.count / (readMs / 1000)))} rows a second.`);
}

/** Holds what was read against what the sandbox says, if there is one. */
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
  // The message alone: a stack says nothing to whoever runs a demo, and a cause may quote a URL with phone numbers.
  console.error(`demo: ${error.message}`);
  process.exit(1);
}
