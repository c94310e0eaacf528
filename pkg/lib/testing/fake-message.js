import { formatDate } from "./date.js";
import { FIELDS } from "./page.js";
import { badValue, checkNames } from "./values.js";

/** The first id, and the first date. Each message is a minute later than the one before it. */
const FIRST_ID = 5_000_001;
const FIRST_DATE = Date.UTC(2025, 0, 1);

let made = 0;

/** @param {import("../../testing.js").ApiMessage} [overrides] */
export function fakeMessage(overrides = {}) {
  checkWireNames("overrides", overrides);
  checkNames("overrides", "field", overrides, FIELDS);
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
