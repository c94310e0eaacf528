// Reads a whole history page by page, and sums it.
import { Decimal } from "decimal.js";

const NEWEST_ROWS = 10;
/** Sums of costs are exact: no sum of a history has as many digits. */
const ExactDecimal = Decimal.clone({ precision: 1_000 });

/**
 * Reads every message until now, once. The library throws if the history is incomplete.
 * @param {import("voximplant-sms-history").SmsHistoryClient} client
 * @param {(read: number, total: number | undefined) => void} onProgress
 */
export async function readHistory(client, onProgress) {
  const summary = new Summary();
  for await (const page of client.pages()) {
    summary.add(page);
    onProgress(summary.count, page.totalCount);
  }
  return summary;
}

/** Totals of the messages read so far. */
export class Summary {
  count = 0;
  fragments = 0;
  cost = new ExactDecimal(0);
  /** @type {Map<string, number>} */
  byDirection = new Map();
  /** @type {Map<string, number>} */
  byStatus = new Map();
  /** The newest messages that have a time, newest first. */
  newest = [];

  /** @param {import("voximplant-sms-history").SmsHistoryPage} page */
  add(page) {
    this.count += page.totals.count;
    this.fragments += page.totals.fragments;
    this.cost = this.cost.plus(page.totals.cost);
    for (const direction of page.column("direction")) increment(this.byDirection, direction ?? "none");
    for (const status of page.column("status")) increment(this.byStatus, status ?? "none");
    const dated = page.toArray().filter((message) => message.processedDate);
    this.newest = [...this.newest, ...dated].sort(byAge).slice(0, NEWEST_ROWS);
  }
}

function byAge(a, b) {
  return b.processedDate - a.processedDate || b.messageId - a.messageId;
}

function increment(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
