// Reads a whole history, and holds it against what the sandbox itself knows of the same window: every id once, and sums
// equal to the last digit.
import { DecimalSum } from "../../../www/demo/decimal.mjs";
import { differences } from "../../../www/demo/totals.mjs";

/**
 * @param {import("voximplant-sms-history").SmsHistoryClient} client
 * @param {object} query
 * @param {{ signal?: AbortSignal, onPage?: (read: number, total: number) => void }} options
 */
export async function readAll(client, query, { onPage, ...options } = {}) {
  const read = new Sums();
  for await (const page of client.pages(query, options)) {
    read.add(page);
    onPage?.(read.count, page.totalCount);
  }
  return read;
}

/** What the messages of a history add up to, and their ids. */
export class Sums {
  count = 0;
  fragments = 0;
  cost = new DecimalSum();
  byDirection = new Map();
  byStatus = new Map();
  /** What the last page told of the whole. */
  totalCount = undefined;
  #ids = [];

  add(page) {
    this.count += page.totals.count;
    this.fragments += page.totals.fragments;
    this.cost.add(page.totals.cost);
    this.totalCount = page.totalCount;
    this.#ids.push(page.column("messageId"));
    for (const direction of page.column("direction")) increment(this.byDirection, direction);
    for (const status of page.column("status")) increment(this.byStatus, status);
  }

  /** Ascending. */
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
 * What is wrong with a history that was read up to `to`, and how many rows are lost, doubled and foreign.
 * @param {import("./sandbox.mjs").Sandbox} sandbox
 * @param {Sums} read
 * @param {string} to the pinned `to_date`
 * @param {boolean} checkTotal whether the last page has to tell the number of rows
 */
export async function judge(sandbox, read, to, checkTotal = true) {
  const window = to ? { to_date: to } : {};
  const counts = compareIds(read.ids(), await sandbox.ids(window));
  const wrong = Object.entries(counts).filter(([, count]) => count > 0);
  const found = wrong.map(([what, count]) => `${count} ${what}`);
  found.push(...(await differences(read, sandbox.about("totals", window))));
  if (checkTotal && read.totalCount !== read.count)
    found.push(`totalCount ${read.totalCount} for ${read.count} rows`);
  return found;
}

/** Both ascending; `expected` has each id once. */
export function compareIds(ids, expected) {
  const counts = { lost: 0, doubled: 0, foreign: 0 };
  let next = 0;
  ids.forEach((id, at) => {
    if (at > 0 && id === ids[at - 1]) {
      counts.doubled += 1;
      return;
    }
    while (next < expected.length && expected[next] < id) {
      counts.lost += 1;
      next += 1;
    }
    if (expected[next] === id) next += 1;
    else counts.foreign += 1;
  });
  counts.lost += expected.length - next;
  return counts;
}
