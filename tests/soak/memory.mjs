// Memory that does not grow with the history: a summary of 1,000,000 messages against one of 100,000, and 1,000 pages
// against few. Each is read in a process of its own.
//
//   node tests/soak/memory.mjs [--rows N]
//
// Held are the WebAssembly's memory, which is the library's own, and the peak of the whole process. The latter has a
// young generation of V8 that is fixed: by itself it grows with how long a program runs, whatever that does.
import { DecimalSum } from "../../www/demo/decimal.mjs";
import { differences } from "../../www/demo/totals.mjs";
import { inProcess } from "./lib/child.mjs";
import { PACKAGE } from "./lib/client.mjs";
import { whole } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, expectNone, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(1_000_000);
const FEWER = ROWS / 10;
const RUNS = 3;
/** Against a tenth of the rows. */
const SUMMARY_AT_MOST = (before) => before * 1.1;
/** WebAssembly's memory comes in pieces of so many bytes. */
const PIECE = 64 * 1024;
/**
 * By the way in which pages are read: after how many of them the memory is what all may take, and what may come then. A
 * whole history also has as many pages as may wait for one before them, and the ids of three segments of at most 131,072
 * messages each: the newest, which is kept, and two that are read. It has them all when so many pages are read, and finds
 * room for others between them, or takes a piece or two more.
 */
const PAGES_AT_MOST = {
  "getSmsHistory()": { few: 10, atMost: (before) => before * 1.05 },
  "pages()": { few: 400, atMost: (before) => before + 2 * PIECE },
};
const PAGES = ROWS / 1_000;

const SCRIPT = new URL("./lib/measure-memory.mjs", import.meta.url);
const OPTIONS = ["--max-semi-space-size=1"];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MB`;

/** What {@link differences} holds against the sandbox's totals. */
function sums({ totals, directions, statuses }) {
  const cost = new DecimalSum();
  cost.add(totals.cost);
  const byDirection = new Map(directions.map(({ direction, raw, count }) => [raw ?? direction, count]));
  const byStatus = new Map(statuses.map(({ status, raw, count }) => [raw ?? status, count]));
  return { ...totals, cost, byDirection, byStatus };
}

/** Reads from a sandbox in a process of its own. */
const measured = ({ url, credentials }, way, at = []) =>
  within(600, (signal) =>
    inProcess(SCRIPT, { task: { folder: PACKAGE, url, credentials, way, at }, options: OPTIONS, signal }),
  );

/** The memory that summaries of so many messages take; what they tell has to be right. */
async function summaries(rows, progress, before) {
  const sandbox = await startSandbox({ messages: rows });
  const [wasm, peak] = [[], []];
  try {
    for (let run = 1; run <= RUNS; run += 1) {
      const told = await measured(sandbox, "summarize");
      expectNone(await differences(sums(told.summary), sandbox.about("totals")));
      wasm.push(told.wasm);
      peak.push(told.peak);
      progress.show(before + run, 2 * RUNS, "summaries");
    }
  } finally {
    await sandbox.stop();
  }
  return { wasm: median(wasm), peak: median(peak) };
}

/** Says how two figures compare, and throws if the later one is too much. */
function held(what, before, after, atMost) {
  const told = `${what} ${megabytes(before)} -> ${megabytes(after)} (${(after / before).toFixed(3)})`;
  if (after > atMost(before)) throw new Error(`${told}, at most ${megabytes(atMost(before))} is wanted`);
  return told;
}

await check(`memory: summarize() of ${whole(ROWS)} against ${whole(FEWER)} messages`, async (progress) => {
  const fewer = await summaries(FEWER, progress, 0);
  const all = await summaries(ROWS, progress, RUNS);
  const told = ["wasm", "peak"].map((what) =>
    held(what === "wasm" ? "WebAssembly" : "process", fewer[what], all[what], SUMMARY_AT_MOST),
  );
  return `${told.join(", ")}, medians of ${RUNS}; sums equal the sandbox's to the last digit`;
});

for (const [way, { few, atMost }] of Object.entries(PAGES_AT_MOST)) {
  await check(`memory: ${way}, ${whole(PAGES)} pages against ${few}`, async () => {
    const sandbox = await startSandbox({ messages: ROWS });
    try {
      const { after } = await measured(sandbox, way, [few, PAGES]);
      return held("WebAssembly", after[few], after[PAGES], atMost);
    } finally {
      await sandbox.stop();
    }
  });
}
close();
