/**
 * A summary as its users have it, of what the WebAssembly side makes.
 * @param {any} parts
 * @returns {import("../index.js").SmsHistorySummary}
 */
export function toSummary({ buckets, directions, statuses, ...others }) {
  return {
    ...others,
    buckets: buckets.map(dated),
    directions: directions.map(named("direction")),
    statuses: statuses.map(named("status")),
  };
}

/** @param {{ start: number | undefined }} bucket */
function dated({ start, ...sums }) {
  return { start: start === undefined ? undefined : new Date(start), ...sums };
}

/** @param {string} name */
function named(name) {
  /** @param {{ word: string | undefined }} parts */
  return ({ word, ...sums }) => ({ [name]: word, ...sums });
}
