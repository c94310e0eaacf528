/**
 * Turns a summary of the WebAssembly into the public form: bucket starts become dates, and keys get their names.
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

/** @param {{ start: number | undefined, totals: object }} bucket */
function dated({ start, totals, ...others }) {
  return { start: start === undefined ? undefined : new Date(start), ...others, ...totals };
}

/** @param {string} name */
function named(name) {
  /** @param {{ word: string | undefined, totals: object }} parts */
  return ({ word, totals, ...others }) => ({ [name]: word, ...others, ...totals });
}
