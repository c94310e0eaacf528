// A page of messages, and its forms: JSON and CSV.
import { parseDate } from "./date.js";

/** @typedef {import("../../testing.js").ApiMessage} ApiMessage */

/** @typedef {Pick<import("./options.js").Settings, "order" | "maxPageRows">} PageOptions */

/** The columns of a CSV file. */
const COLUMNS = /** @type {const} */ ([
  "message_id",
  "source_number",
  "destination_number",
  "direction",
  "fragments",
  "cost",
  "status_id",
  "error_message",
  "processed_date",
  "transaction_id",
  "text",
]);

/** The fields of a row. */
export const FIELDS = [...COLUMNS, "sms_id"];

/**
 * @param {readonly ApiMessage[]} messages
 * @param {import("./parameters.js").Filter} filter
 * @param {PageOptions} options
 */
export function selectPage(messages, filter, { order, maxPageRows }) {
  const matching = messages.filter((message) => matches(message, filter));
  if (order !== "given") {
    const sign = order === "oldestFirst" ? 1 : -1;
    matching.sort((one, other) => sign * (idOf(one) - idOf(other)));
  }
  const { offset, count } = filter;
  return {
    result: matching.slice(offset, offset + Math.min(count, maxPageRows)),
    total_count: matching.length,
  };
}

/**
 * @param {ApiMessage} message
 * @param {import("./parameters.js").Filter} filter
 */
function matches(message, filter) {
  const { source_number, destination_number, direction, from_date = -Infinity, to_date = Infinity } = filter;
  // A message without a date counts as older than all others. So it has one place in time, and spans of time add up.
  const time = parseDate(message.processed_date) ?? -Infinity;
  return (
    (source_number === undefined || source_number === String(message.source_number)) &&
    (destination_number === undefined || destination_number === String(message.destination_number)) &&
    (direction === undefined || direction === String(message.direction).toUpperCase()) &&
    from_date <= time &&
    time <= to_date
  );
}

/** @param {ApiMessage} message */
const idOf = (message) => Number(message.message_id ?? message.sms_id ?? 0);

/**
 * Writes a page as CSV (RFC 4180) with a header line.
 * @param {readonly ApiMessage[]} rows
 */
export function toCsv(rows) {
  const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((field) => String(row[field] ?? "")))];
  return lines.map((cells) => `${cells.map(quote).join(",")}\r\n`).join("");
}

/** @param {string} cell */
const quote = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
