/**
 * A part of a bucket or of a sender: the index of an item in another list, and totals.
 * @typedef {[index: number, totals: object]} Part
 */

/**
 * Turns a summary of the WebAssembly into the public form: bucket starts become dates, and keys get their names.
 * @param {any} parts
 * @returns {import("../index.js").SmsHistorySummary}
 */
export function toSummary({ buckets, directions, statuses, errorCodes, senders, ...others }) {
  const byDirection = directions.map(named("direction"));
  const byStatus = statuses.map(named("status"));
  return {
    ...others,
    buckets: buckets.map((/** @type {any} */ bucket) => ({
      ...dated(bucket),
      ...bucket.totals,
      directions: bucket.directions.map(partOf(byDirection)),
      statuses: bucket.statuses.map(partOf(byStatus)),
    })),
    directions: byDirection,
    statuses: byStatus,
    errorCodes: { ...errorCodes, entries: errorCodes.entries.map(flat) },
    ...(senders && {
      bySourceNumber: senders.map((/** @type {any} */ sender) => ({
        ...sender,
        buckets: sender.buckets.map((/** @type {Part} */ [index, totals]) => ({
          ...dated(buckets[index]),
          ...totals,
        })),
      })),
    }),
  };
}

/** @param {{ start: number | undefined, label: string | undefined }} bucket */
function dated({ start, label }) {
  return { label, start: start === undefined ? undefined : new Date(start) };
}

/** @param {object[]} items */
function partOf(items) {
  /** @param {Part} part */
  return ([index, totals]) => ({ ...items[index], ...totals });
}

/** @param {string} name */
function named(name) {
  /** @param {{ word: string | undefined, totals: object }} parts */
  return ({ word, ...others }) => ({ [name]: word, ...flat(others) });
}

/** @param {{ totals: object }} parts */
function flat({ totals, ...others }) {
  return { ...others, ...totals };
}
