// Reads a whole history page by page, and adds it up.
import { DecimalSum } from "./decimal.mjs";

const NEWEST_ROWS = 10;

/**
 * Every message until now, once. The library sees to that: it fails where the history is not complete.
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

/** What messages add up to. */
export class Summary {
  count = 0;
  fragments = 0;
  cost = new DecimalSum();
  /** @type {Map<string, number>} */
  byDirection = new Map();
  /** @type {Map<string, number>} */
  byStatus = new Map();
  /** The newest messages by their time, newest first. Those without a time are not among them. */
  newest = [];

  /** @param {import("voximplant-sms-history").SmsHistoryPage} page */
  add(page) {
    this.count += page.totals.count;
    this.fragments += page.totals.fragments;
    this.cost.add(page.totals.cost);
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
