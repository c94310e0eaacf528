// What every scenario has: options, cases with a line of result each, a watchdog, and the closing line that is counted.
import { parseArgs } from "node:util";
import { Progress } from "./progress.mjs";

const { values, positionals } = parseArgs({ options: { rows: { type: "string" } }, allowPositionals: true });

/** @param {number} standard when `--rows` is not given */
export function rowsOption(standard) {
  const rows = Number(values.rows ?? standard);
  if (Number.isSafeInteger(rows) && rows >= 1_000) return rows;
  console.error("--rows: expected a whole number of at least 1000");
  process.exit(2);
}

/** Whether a case is wanted: all are, unless some are named. */
export const named = (name) => positionals.length === 0 || positionals.includes(name);

let passed = 0;
let failed = 0;

/**
 * One case. It passes by returning what there is to say, and fails by throwing.
 * @param {string} name
 * @param {(progress: Progress) => Promise<string>} work
 */
export async function check(name, work) {
  const start = performance.now();
  const progress = new Progress(name);
  let line;
  try {
    line = `ok      ${name}: ${await work(progress)}`;
    passed += 1;
  } catch (error) {
    line = `FAILED  ${name}: ${error?.stack ?? error}`;
    failed += 1;
  }
  progress.end();
  console.log(`${line} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

/** Prints the closing line, and ends with the exit code that belongs to it. */
export function close() {
  console.log(`${passed} passed, ${failed} failed`);
  // What hangs would keep the process alive.
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}

/**
 * The outcome of `work`, or an error when there is none in time: a hang.
 * @template T
 * @param {number} seconds
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(seconds, work) {
  const controller = new AbortController();
  let timer;
  const hang = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs: no end after ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work(controller.signal), hang]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** @param {string[]} found what is wrong */
export function expectNone(found) {
  if (found.length > 0) throw new Error(found.join("; "));
}
