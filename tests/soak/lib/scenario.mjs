// The frame of a scenario: its options, its cases with one line of result each, time limits, and the closing line that
// `cargo xtask soak` reads.
import { parseArgs } from "node:util";
import { Progress } from "./progress.mjs";

const { values, positionals } = parseArgs({
  options: { rows: { type: "string" }, messages: { type: "string" }, write: { type: "boolean" } },
  allowPositionals: true,
});

/** Reads the option `--rows`. @param {number} fallback */
export const rowsOption = (fallback) => integerOption("rows", fallback);

/** Reads the option `--messages`. @param {number} fallback */
export const messagesOption = (fallback) => integerOption("messages", fallback);

/** Whether the option `--write` is set. */
export const hasWriteOption = values.write ?? false;

function integerOption(name, fallback) {
  const value = Number(values[name] ?? fallback);
  if (Number.isSafeInteger(value) && value >= 1_000) return value;
  console.error(`--${name}: expected an integer of at least 1000`);
  process.exit(2);
}

/** Whether to run a case: the command line names it, or names none. */
export const isSelected = (name) => positionals.length === 0 || positionals.includes(name);

let passed = 0;
let failed = 0;

/**
 * Runs one case and prints its result: the text that `work` returns, or the error that it throws.
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

/** Prints the closing line, and exits with the matching code. */
export function close() {
  console.log(`${passed} passed, ${failed} failed`);
  // Explicitly, because open connections would keep the process alive.
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}

/**
 * Returns the outcome of `work`, or throws if it takes longer than a time limit.
 * @template T
 * @param {number} seconds
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(seconds, work) {
  const controller = new AbortController();
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`expected an end within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([work(controller.signal), timeout]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Throws if there are problems. @param {string[]} problems */
export function expectNone(problems) {
  if (problems.length > 0) throw new Error(problems.join("; "));
}
