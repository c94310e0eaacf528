// Compares totals of messages that were read with those that the sandbox computes itself.

const DIRECTIONS = { IN: "in", OUT: "out" };
const STATUSES = { 1: "success", 2: "error", 3: "waiting" };

/**
 * Returns the differences between a summary and the sandbox's totals, or an empty array.
 * @param {Pick<import("./history.mjs").Summary, "count" | "fragments" | "cost" | "byDirection" | "byStatus">} summary
 * @param {string} url the URL of the sandbox's totals
 */
export async function differences(summary, url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the URL of the totals: expected HTTP 200, got HTTP ${response.status}`);
  const own = await response.json();
  const found = [];
  const compare = (what, read, expected) => {
    if (read !== expected) found.push(`${what}: read ${read}, the sandbox has ${expected}`);
  };
  compare("messages", summary.count, own.count);
  compare("fragments", summary.fragments, own.fragments);
  if (!summary.cost.equals(own.cost)) compare("cost", summary.cost.toFixed(), own.cost);
  compareCounts("direction", summary.byDirection, renamed(own.by_direction, DIRECTIONS), compare);
  compareCounts("status", summary.byStatus, renamed(own.by_status, STATUSES), compare);
  return found;
}

function compareCounts(what, read, expected, compare) {
  for (const key of new Set([...read.keys(), ...expected.keys()])) {
    compare(`${what} ${key}`, read.get(key) ?? 0, expected.get(key) ?? 0);
  }
}

function renamed(counts, names) {
  return new Map(Object.entries(counts).map(([key, count]) => [names[key] ?? key, count]));
}
