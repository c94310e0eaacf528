// Holds what was read against what the sandbox itself adds up.

const DIRECTIONS = { IN: "in", OUT: "out" };
const STATUSES = { 1: "success", 2: "error", 3: "waiting" };

/**
 * The differences between a summary and the sandbox's own totals: none if they are equal.
 * @param {import("./history.mjs").Summary} summary
 * @param {string} url where the sandbox tells its totals
 */
export async function differences(summary, url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`SANDBOX_TOTALS_URL answered HTTP ${response.status}`);
  const own = await response.json();
  const found = [];
  const compare = (what, read, expected) => {
    if (read !== expected) found.push(`${what}: read ${read}, the sandbox has ${expected}`);
  };
  compare("messages", summary.count, own.count);
  compare("fragments", summary.fragments, own.fragments);
  if (!summary.cost.equals(own.cost)) compare("cost", String(summary.cost), own.cost);
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
