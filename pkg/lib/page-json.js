import { SmsHistoryError } from "./error.js";
import {
  CELLS_PER_ROW,
  DIRECTIONS,
  FLAGS_WORD,
  NUMBER_COLUMNS,
  STATUS_IDS,
  STATUSES,
  TEXT_ABSENT,
  TEXT_WORD,
} from "./page-cells.js";

/** The flag of an unknown word. */
const FLAG_UNKNOWN = 255;

/**
 * Checks a value and returns it.
 * @typedef {(name: string, value: any) => any} Read
 */

/**
 * Creates a check of a value.
 * @param {string} expected
 * @param {(value: any) => boolean} isValid
 * @returns {Read}
 */
function required(expected, isValid) {
  return (name, value) => {
    if (isValid(value)) return value;
    const type = Array.isArray(value) ? "array" : typeof value;
    const got = value === undefined || value === null ? value : `${/^[ao]/.test(type) ? "an" : "a"} ${type}`;
    const message = `${name}: expected ${expected}, got ${got}`;
    throw new SmsHistoryError({ kind: "invalid_options", message });
  };
}

/**
 * Creates a check of a value that may be absent or null.
 * @param {Parameters<typeof required>} rule
 * @returns {Read}
 */
function optional(...rule) {
  const read = required(...rule);
  return (name, value) => (value === undefined || value === null ? undefined : read(name, value));
}

const object = required("an object", (value) => Object(value) === value && !Array.isArray(value));
const array = required("an array", Array.isArray);
const decimal = required(
  "a decimal string",
  (value) => /^-?\d+(\.\d+)?$/.test(value) && value === `${value}`,
);
const text = optional("a string", (value) => typeof value === "string");
const boolean = optional("a boolean", (value) => typeof value === "boolean");
const finite = optional("a number", Number.isFinite);
const integer = optional("an integer from 0 to 2^53-1", (value) => Number.isSafeInteger(value) && value >= 0);
const date = optional("a date such as 2026-01-31T12:00:00.000Z", (value) => {
  if (typeof value !== "string") return Number.isFinite(value.getTime?.());
  const date = new Date(value);
  // Some engines read a day that the month does not have as one of the next month.
  return Number.isFinite(date.getTime()) && date.toISOString() === value;
});

/** The checks of number columns, in their order. */
const NUMBERS = [integer, integer, finite, date, integer];

/**
 * Reads the JSON form of a page, or what `toJSON()` returns, into the parts of a page. Other fields are ignored: a later
 * version may have more.
 * @param {unknown} json
 * @returns {import("./page-transfer.js").PageParts}
 */
export function partsOfJson(json) {
  const isJsonOfPage = (/** @type {object} */ value) => "messages" in value;
  const { totalCount, totals, cursor, isLast, messages, exactCosts } = required(
    "what an awaited json() or page.toJSON() returns, with `messages`",
    isJsonOfPage,
  )("json", object("json", json));
  const { count, fragments, cost } = object("totals", totals);
  /** @type {number[]} */
  const cells = [];
  let texts = "";
  let sum = 0;
  for (const [index, message] of array("messages", messages).entries()) {
    const name = `messages[${index}]`;
    texts = encodeRow(`${name}.`, object(name, message), texts, cells);
    sum += message.fragments ?? 0;
  }
  required("the number of messages", (value) => value === messages.length)("totals.count", count);
  required("the sum of fragments", (value) => value === sum)("totals.fragments", fragments);
  const isRow = (/** @type {unknown} */ row) => integer("exactCosts", row) < messages.length;
  const costs = array("exactCosts", exactCosts ?? []).map((/** @type {[any, unknown]} */ [row, exact]) => {
    required("the index of a message", isRow)("exactCosts", row);
    // Rows that were sorted or removed have other indexes.
    const isOfRow = (/** @type {unknown} */ cost) => Number(cost) === messages[row].cost;
    required("the cost of its message", isOfRow)("exactCosts", decimal("exactCosts", exact));
    return `${row} ${exact}`;
  });
  return [
    cells,
    texts,
    costs.join(" "),
    integer("totalCount", totalCount),
    fragments,
    decimal("totals.cost", cost),
    text("cursor", cursor),
    boolean("isLast", isLast) ?? false,
  ];
}

/**
 * Adds the cells of a message.
 * @param {string} name
 * @param {Record<string, any>} fields
 * @param {string} pageTexts the texts of the messages before
 * @param {number[]} cells
 * @returns {string} the texts of the messages so far
 */
function encodeRow(name, fields, pageTexts, cells) {
  const numbers = new Float64Array(CELLS_PER_ROW);
  const words = new Uint32Array(numbers.buffer);
  NUMBERS.forEach((read, cell) => {
    const field = /** @type {string} */ (NUMBER_COLUMNS[cell]);
    const value = read(name + field, fields[field]);
    // A date string is not a number.
    numbers[cell] = value === undefined ? Number.NaN : read === date ? new Date(value).getTime() : value;
  });
  const [direction, rawDirection] = category(name, fields, "direction", DIRECTIONS, "rawDirection", []);
  const [status, statusId] = category(name, fields, "status", STATUSES, "statusId", STATUS_IDS);
  words[FLAGS_WORD] = direction | (status << 8);
  words[TEXT_WORD] = pageTexts.length;
  const plain = (/** @type {string} */ field) => text(name + field, fields[field]);
  let texts = pageTexts;
  [
    plain("sourceNumber"),
    plain("destinationNumber"),
    rawDirection,
    statusId,
    plain("errorMessage"),
    plain("text"),
  ].forEach((value, index) => {
    texts += value ?? "";
    words[TEXT_WORD + 1 + index] = value === undefined ? TEXT_ABSENT : texts.length;
  });
  cells.push(...numbers);
  return texts;
}

/**
 * Reads a word and its raw form.
 * @param {string} prefix
 * @param {Record<string, any>} fields
 * @param {string} field
 * @param {readonly (string | undefined)[]} known by flag
 * @param {string} rawField
 * @param {readonly (string | undefined)[]} raws the raw forms of known words
 * @returns {[flag: number, raw: string | undefined]} the raw form of an unknown word
 */
function category(prefix, fields, field, known, rawField, raws) {
  const word = fields[field] ?? undefined;
  const isUnknown = word === "unknown";
  const expected = `${known.slice(1).join(", ")} or unknown`;
  required(expected, () => isUnknown || known.includes(word))(prefix + field, word);
  const flag = isUnknown ? FLAG_UNKNOWN : known.indexOf(word);
  const raw = text(prefix + rawField, fields[rawField]);
  const fits = isUnknown ? raw !== undefined : raw === raws[flag];
  required(`the text that belongs to the ${field}`, () => fits)(prefix + rawField, raw);
  return [flag, isUnknown ? raw : undefined];
}
