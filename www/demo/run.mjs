// The main job through its real parts: a Worker in workerd mints a token, and the library reads the whole history with
// it. Then the page is served, until Ctrl-C.
//
//   node www/demo/run.mjs [--once] [--show-texts]
//
//   VOXIMPLANT_CREDENTIALS  path of a service account's credentials.json
//   VOXIMPLANT_BASE_URL     the API's base URL; by default the vendor's
//   SANDBOX_TOTALS_URL      where the sandbox tells its own totals, to be held against what was read; optional
import { once } from "node:events";
import { parseArgs } from "node:util";
import { SmsHistoryClient } from "voximplant-sms-history";
import { askForToken, buildPage, readCredentials, startDashboard } from "./dashboard.mjs";
import { readHistory } from "./history.mjs";
import { newestTable, totalsText, whole } from "./report.mjs";
import { differences } from "./totals.mjs";

const VENDOR = "https://api.voximplant.com/platform_api";
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
/** Progress is told when reading takes longer than this, and as often. */
const PROGRESS_MS = 2000;

/** @param {{ once: boolean, "show-texts": boolean }} options */
async function demo(options) {
  const {
    VOXIMPLANT_CREDENTIALS: path,
    VOXIMPLANT_BASE_URL: baseUrl = VENDOR,
    SANDBOX_TOTALS_URL,
  } = process.env;
  if (!path)
    throw new Error("VOXIMPLANT_CREDENTIALS: expected the path of a service account's credentials.json");
  // What a sandbox holds is made up. What an account holds is about people.
  const fictitious = LOOPBACK.test(new URL(baseUrl).hostname);
  const credentials = await readCredentials(path);
  const pageMs = await timed(buildPage);
  const started = performance.now();
  const dashboard = await startDashboard({ credentials, baseUrl });
  const startMs = performance.now() - started;
  // From here on a signal ends the demo by way of `stop`, which takes workerd along.
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(
    () => "interrupted",
  );
  try {
    const job = run(dashboard.origin, baseUrl, {
      fictitious,
      showTexts: fictitious || options["show-texts"],
      totalsUrl: SANDBOX_TOTALS_URL,
      timings: { "page built": pageMs, "worker started": startMs },
    });
    if ((await Promise.race([job, interrupted])) === "interrupted") return 130;
    if (options.once) return 0;
    console.log(`\nThe page: ${dashboard.origin}   (Ctrl-C ends it)`);
    await interrupted;
    return 0;
  } finally {
    await dashboard.stop();
  }
}

async function run(origin, baseUrl, { fictitious, showTexts, totalsUrl, timings }) {
  let minted;
  const mintMs = await timed(async () => {
    minted = await askForToken(origin);
  });
  const seconds = Math.round((Date.parse(minted.expiresAt) - Date.now()) / 1000);
  console.log(
    `Token: minted by the Worker in workerd at ${origin}, good for ${seconds} s; the key stays there.`,
  );

  // The first token is at hand; the client asks for another one when that one is about to expire.
  let first = minted.token;
  const token = async () => {
    const next = first ?? (await askForToken(origin)).token;
    first = undefined;
    return next;
  };
  const client = new SmsHistoryClient({ baseUrl, token });
  const began = performance.now();
  let told = began;
  const summary = await readHistory(client, (read, total) => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    process.stderr.write(`  ${whole(read)} of ${whole(total)} messages read\n`);
  });
  const readMs = performance.now() - began;

  console.log(`\nThe newest ${summary.newest.length} of ${whole(summary.count)} messages\n`);
  console.log(newestTable(summary, { showNumbers: fictitious, showTexts }));
  console.log(`\nTotals\n${totalsText(summary)}`);
  if (totalsUrl) await holdAgainst(totalsUrl, summary);
  const all = Object.entries({ ...timings, "token minted": mintMs, "history read": readMs });
  console.log(
    `\nTimings\n${all.map(([what, ms]) => `${what.padEnd(15)}${whole(Math.round(ms))} ms`).join("\n")}`,
  );
  console.log(`${"rows a second".padEnd(15)}${whole(Math.round(summary.count / (readMs / 1000)))}`);
}

async function holdAgainst(url, summary) {
  const found = await differences(summary, url);
  if (found.length > 0) throw new Error(`totals differ from the sandbox's own:\n  ${found.join("\n  ")}`);
  console.log("totals equal the sandbox's own: yes");
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
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
