/**
 * Parses a date of the API, which is UTC, or one that names its zone. `undefined` if it is neither.
 * @param {unknown} value
 * @returns {number | undefined} milliseconds since 1970
 */
export function parseDate(value) {
  const text = String(value);
  const ms = Date.parse(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(" ", "T")}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Formats a time as the API does.
 * @param {number} ms
 */
export function formatDate(ms) {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
