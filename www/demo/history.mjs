// Reads a whole history page by page, and adds it up.
import { DecimalSum } from "./decimal.mjs";

/** The most rows that the API gives in one reply. */
const PAGE_ROWS = 1000;
const NEWEST_ROWS = 10;

/**
 * Every message until now, once. Fails unless there are as many as the API says there are.
 * @param {import("voximplant-sms-history").SmsHistoryClient} client
 * @param {(read: number, total: number | undefined) => void} onProgress
 */
export async function readHistory(client, onProgress) {
  // A fixed end, so that messages that arrive meanwhile do not shift the pages.
  const toDate = new Date();
  const summary = new Summary();
  let total;
  for (let offset = 0; total === undefined || offset < total; offset += PAGE_ROWS) {
    const page = await client.getSmsHistory({ toDate, offset, count: PAGE_ROWS });
    total = page.totalCount;
    if (total === undefined) throw new Error("the API did not say how many messages there are");
    if (page.length === 0) break;
    summary.add(page);
    onProgress(summary.count, total);
  }
  if (summary.count !== total) {
    throw new Error(`the history is incomplete: ${summary.count} of ${total} messages were read`);
  }
  return summary;
}

/** What messages add up to; those that come twice are counted once. */
export class Summary {
  #ids = new Set();
  count = 0;
  fragments = 0;
  cost = new DecimalSum();
  /** @type {Map<string, number>} */
  byDirection = new Map();
  /** @type {Map<string, number>} */
  byStatus = new Map();
  /** The newest messages by their time, newest first. Those without a time are in none. */
  newest = [];

  /** @param {import("voximplant-sms-history").SmsHistoryPage} page */
  add(page) {
    // The page's own sum is exact, whatever a row's number is rounded to: what is double is taken out of it.
    this.cost.add(page.totals.cost);
    const fresh = [];
    for (const message of page) {
      if (message.messageId === undefined) throw new Error("a message has no id");
      if (this.#ids.has(message.messageId)) {
        this.cost.add(message.cost ?? 0, -1n);
        continue;
      }
      this.#ids.add(message.messageId);
      this.count += 1;
      this.fragments += message.fragments ?? 0;
      increment(this.byDirection, message.direction ?? "none");
      increment(this.byStatus, message.status ?? "none");
      if (message.processedDate) fresh.push(message);
    }
    this.newest = [...this.newest, ...fresh].sort(byAge).slice(0, NEWEST_ROWS);
  }
}

function byAge(a, b) {
  return b.processedDate - a.processedDate || b.messageId - a.messageId;
}

function increment(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
