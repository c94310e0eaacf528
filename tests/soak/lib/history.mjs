// Reads a whole history, and compares it with the sandbox's own data of the same time span: each id once, and equal
// sums to the last digit.
import { Decimal } from "decimal.js";
import { differences } from "../../../www/demo/totals.mjs";

/**
 * @param {import("voximplant-sms-history").SmsHistoryClient} client
 * @param {object} query
 * @param {{ signal?: AbortSignal, onPage?: (read: number, total: number) => void }} options
 */
export async function readAll(client, query, { onPage, ...options } = {}) {
  const read = new Totals();
  for await (const page of client.pages(query, options)) {
    read.add(page);
    onPage?.(read.count, page.totalCount);
  }
  return read;
}

/** Sums of costs are exact: no sum of a history has as many digits. */
export const ExactDecimal = Decimal.clone({ precision: 1_000 });

/** The totals and the ids of the messages that were read. */
export class Totals {
  count = 0;
  fragments = 0;
  cost = new ExactDecimal(0);
  byDirection = new Map();
  byStatus = new Map();
  /** The `totalCount` of the last page. */
  totalCount = undefined;
  #ids = [];

  add(page) {
    this.count += page.totals.count;
    this.fragments += page.totals.fragments;
    this.cost = this.cost.plus(page.totals.cost);
    this.totalCount = page.totalCount;
    this.#ids.push(page.column("messageId"));
    for (const direction of page.column("direction")) increment(this.byDirection, direction);
    for (const status of page.column("status")) increment(this.byStatus, status);
  }

  /** The ids in ascending order. */
  ids() {
    const all = new Float64Array(this.count);
    let at = 0;
    for (const ids of this.#ids) {
      all.set(ids, at);
      at += ids.length;
    }
    return all.sort();
  }
}

function increment(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * Compares a history with the sandbox's data, and returns the problems: missing, repeated and unknown rows, other sums.
 * @param {import("./sandbox.mjs").Sandbox} sandbox
 * @param {Totals} read
 * @param {string} to the `to_date` of the history
 * @param {{ checkTotal?: boolean, checkIds?: boolean }} checks whether `totalCount` of the last page must be the number
 *   of rows, and whether the ids must be the sandbox's
 */
export async function findProblems(sandbox, read, to, { checkTotal = true, checkIds = true } = {}) {
  const span = to ? { to_date: to } : {};
  const counts = checkIds ? compareIds(read.ids(), await sandbox.ids(span)) : {};
  const problems = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  problems.push(...(await differences(read, sandbox.adminUrl("totals", span))));
  if (checkTotal && read.totalCount !== read.count)
    problems.push(`totalCount ${read.totalCount} for ${read.count} rows`);
  return problems;
}

/** Counts missing, repeated and unknown ids. Both lists are ascending; `expected` has each id once. */
export function compareIds(ids, expected) {
  const counts = { missing: 0, repeated: 0, unknown: 0 };
  let next = 0;
  ids.forEach((id, at) => {
    if (at > 0 && id === ids[at - 1]) {
      counts.repeated += 1;
      return;
    }
    while (next < expected.length && expected[next] < id) {
      counts.missing += 1;
      next += 1;
    }
    if (expected[next] === id) next += 1;
    else counts.unknown += 1;
  });
  counts.missing += expected.length - next;
  return counts;
}
