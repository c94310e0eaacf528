/**
 * Reads the public form of a summary from its values, in the order in which src/bindings/summary.rs writes them. Fields of
 * objects are read in the order of their text.
 * @param {any[]} values
 * @returns {import("../index.js").SmsHistorySummary}
 */
export function toSummary(values) {
  let index = 0;
  const next = () => values[index++];
  /** @type {<T>(read: () => T) => T[]} */
  const list = (read) => Array.from({ length: next() }, read);
  const totals = () => ({ count: next(), fragments: next(), cost: next() });
  /** @type {(items: object[]) => any[]} */
  const parts = (items) => list(() => ({ ...items[next()], ...totals() }));
  const bucketKey = () => ({ label: next(), start: dateOf(next()) });
  const senderBucket = () => {
    const { label, start } = /** @type {any} */ (buckets[next()]);
    return { label, start: dateOf(start), ...totals() };
  };
  const top = () => ({
    exact: next(),
    entries: list(() => ({ value: next(), countError: next(), ...totals() })),
  });

  const start = { totals: totals(), bucket: next() };
  const directions = list(() => ({ direction: next(), raw: next(), ...totals() }));
  const statuses = list(() => ({ status: next(), raw: next(), ...totals() }));
  const buckets = list(() => ({
    ...bucketKey(),
    ...totals(),
    directions: parts(directions),
    statuses: parts(statuses),
  }));
  return {
    ...start,
    buckets,
    directions,
    statuses,
    sourceNumbers: top(),
    destinationNumbers: top(),
    errorMessages: top(),
    errorCodes: {
      exact: next(),
      entries: list(() => ({ code: next(), example: next(), ...totals() })),
    },
    withoutErrorText: totals(),
    ...(index < values.length && {
      bySourceNumber: list(() => ({
        sourceNumber: next(),
        totals: totals(),
        success: next(),
        error: next(),
        buckets: list(senderBucket),
      })),
    }),
  };
}

/** @param {number | Date | undefined} time */
function dateOf(time) {
  return time === undefined ? undefined : new Date(time);
}
