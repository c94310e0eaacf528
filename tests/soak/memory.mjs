// Compares the memory of a summary of 1,000,000 messages with that of 300,000, and of 1,000 pages with that of a few.
// Each is read in a process of its own.
//
//   node tests/soak/memory.mjs [--rows N]
//
// Limited are the memory of the WebAssembly and the peak of the whole process. V8's young generation has a fixed size
// here: by default it grows with the running time of any program.
import { differences } from "../../www/demo/totals.mjs";
import { inProcess } from "./lib/child.mjs";
import { PACKAGE } from "./lib/client.mjs";
import { ExactDecimal } from "./lib/history.mjs";
import { formatInteger } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, expectNone, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(1_000_000);
/**
 * The maps of a summary evict keys after 8,192 of each kind. Their memory is steady from about 300,000 messages on: 7.2 MB
 * for 300,000 messages, 7.5 for a million, 7.2 for two millions. A bucket takes about 1 KB more.
 */
const FEWER = (ROWS * 3) / 10;
const RUNS = 3;
/** The limit for a summary, by the memory for three tenths of the rows. */
const SUMMARY_LIMIT = (before) => before * 1.1;
/** The size of a page of WebAssembly memory. */
const WASM_PAGE = 64 * 1024;
/**
 * By how pages are read: the number of pages after which memory is measured first, and the limit at the end. A whole
 * history also holds buffered pages and the ids of three segments of at most 131,072 messages: the newest segment and two
 * in flight. After 400 pages it holds all of these. Fragmentation may then take up to two more WebAssembly pages.
 */
const PAGE_LIMITS = {
  "getSmsHistory()": { few: 10, limit: (before) => before * 1.05 },
  "pages()": { few: 400, limit: (before) => before + 2 * WASM_PAGE },
};
const PAGES = ROWS / 1_000;

const SCRIPT = new URL("./lib/measure-memory.mjs", import.meta.url);
const OPTIONS = ["--max-semi-space-size=1"];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MB`;

/** The totals of a summary as {@link differences} takes them. */
function totalsOf({ totals, directions, statuses }) {
  const cost = new ExactDecimal(totals.cost);
  const byDirection = new Map(directions.map(({ direction, raw, count }) => [raw ?? direction, count]));
  const byStatus = new Map(statuses.map(({ status, raw, count }) => [raw ?? status, count]));
  return { ...totals, cost, byDirection, byStatus };
}

/** Reads a history from a sandbox in a process of its own. */
const measured = ({ url, credentials }, way, at = []) =>
  within(600, (signal) =>
    inProcess(SCRIPT, { task: { folder: PACKAGE, url, credentials, way, at }, options: OPTIONS, signal }),
  );

/** Checks summaries of `rows` messages, and returns the median memory that they take. */
async function measureSummaries(rows, progress, before) {
  const sandbox = await startSandbox({ messages: rows });
  const [wasm, peak] = [[], []];
  try {
    for (let run = 1; run <= RUNS; run += 1) {
      const result = await measured(sandbox, "summarize");
      expectNone(await differences(totalsOf(result.summary), sandbox.adminUrl("totals")));
      wasm.push(result.wasm);
      peak.push(result.peak);
      progress.show(before + run, 2 * RUNS, "summaries");
    }
  } finally {
    await sandbox.stop();
  }
  return { wasm: median(wasm), peak: median(peak) };
}

/** Describes two sizes of memory. Throws if the second exceeds the limit. */
function checkLimit(what, before, after, limit) {
  const text = `${what} ${megabytes(before)} -> ${megabytes(after)} (${(after / before).toFixed(3)})`;
  if (after > limit(before)) throw new Error(`${text}, expected at most ${megabytes(limit(before))}`);
  return text;
}

await check(
  `memory: summarize() of ${formatInteger(ROWS)} against ${formatInteger(FEWER)} messages`,
  async (progress) => {
    const fewer = await measureSummaries(FEWER, progress, 0);
    const all = await measureSummaries(ROWS, progress, RUNS);
    const texts = ["wasm", "peak"].map((what) =>
      checkLimit(what === "wasm" ? "WebAssembly" : "process", fewer[what], all[what], SUMMARY_LIMIT),
    );
    return `${texts.join(", ")}, medians of ${RUNS}; sums equal to the sandbox's to the last digit`;
  },
);

for (const [way, { few, limit }] of Object.entries(PAGE_LIMITS)) {
  await check(`memory: ${way}, ${formatInteger(PAGES)} pages against ${few}`, async () => {
    const sandbox = await startSandbox({ messages: ROWS });
    try {
      const { after } = await measured(sandbox, way, [few, PAGES]);
      return checkLimit("WebAssembly", after[few], after[PAGES], limit);
    } finally {
      await sandbox.stop();
    }
  });
}
close();
