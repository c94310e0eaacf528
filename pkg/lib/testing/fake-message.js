import { formatDate, parseDate } from "./date.js";
import { FIELDS } from "./page.js";
import { badValue, checkNames } from "./values.js";

/** The first id, and the first date. Each message is a minute later than the one before it. */
const FIRST_ID = 5_000_001;
const FIRST_DATE = Date.UTC(2025, 0, 1);

let made = 0;

/** @typedef {[expected: string, isValid: (value: any) => boolean]} Check */

/** @type {Check} */
const NUMBER = ["digits without +, or a sender", (value) => /^[^+]/.test(String(value))];

/** @type {Check} */
const INTEGER = [
  "an integer from 0 to 2^53-1",
  (value) => /^\d+$/.test(String(value)) && Number.isSafeInteger(Number(value)),
];

/**
 * The values that a filter of the fake, or the client, would not understand.
 * @type {Record<string, Check>}
 */
const CHECKS = {
  message_id: INTEGER,
  sms_id: INTEGER,
  transaction_id: INTEGER,
  fragments: INTEGER,
  source_number: NUMBER,
  destination_number: NUMBER,
  direction: ["IN or OUT", (value) => /^(in|out)$/i.test(value)],
  cost: ["a number", (value) => Number.isFinite(Number(value))],
  processed_date: ["a date such as 2026-01-31 10:00:00", isDate],
};

/**
 * Whether a value is a date, or the zero date of databases.
 * @param {unknown} value
 */
function isDate(value) {
  const text = String(value);
  if (/^0000-00-00/.test(text)) return true;
  const time = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(text) ? parseDate(text) : undefined;
  // Some engines read a day that the month does not have as one of the next month.
  return time !== undefined && (text.length !== 19 || text.includes("T") || formatDate(time) === text);
}

/** @param {import("../../testing.js").ApiMessage} [overrides] */
export function fakeMessage(overrides = {}) {
  checkWireNames("overrides", overrides);
  checkNames("overrides", "field", overrides, FIELDS);
  for (const [field, [expected, isValid]] of Object.entries(CHECKS)) {
    const value = /** @type {Record<string, unknown>} */ (overrides)[field] ?? "";
    if (value !== "" && !isValid(value))
      throw badValue(field, expected, value, `write { ...fakeMessage(), ${field} } if you mean it`);
  }
  const at = made++;
  return {
    message_id: FIRST_ID + at,
    source_number: "15550190001",
    destination_number: "15550100001",
    direction: "OUT",
    fragments: 1,
    cost: 0.0073,
    status_id: "1",
    processed_date: formatDate(FIRST_DATE + at * 60_000),
    transaction_id: 900_000_001 + at,
    text: "Your order has left the warehouse.",
    ...overrides,
  };
}

/**
 * Rejects fields of `SmsMessage`: they would be unknown to the API's format, and silently without effect.
 * @param {string} name
 * @param {unknown} row
 */
export function checkWireNames(name, row) {
  const expected = "an object with the API's fields, such as message_id";
  if (typeof row !== "object" || row === null)
    throw badValue(name, expected, row, "make it with fakeMessage()");
  const wrong = Object.keys(row).find((field) => /[A-Z]/.test(field));
  if (wrong)
    throw new TypeError(
      `${name}: expected ${expected}, got a field in camelCase; write ` +
        `${wrong.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} instead of ${wrong}`,
    );
}
