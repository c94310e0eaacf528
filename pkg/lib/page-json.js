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
const DECIMAL = /^-?\d+(\.\d+)?$/;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

/** @typedef {Record<string, unknown>} Fields */

/**
 * Reads the JSON form of a page, or what `toJSON()` returns, into the parts of a page. Other fields are ignored: a later
 * version may have more.
 * @param {unknown} json
 * @returns {import("./page-transfer.js").PageParts}
 */
export function partsOfJson(json) {
  const page = object("json", json);
  const totals = object("totals", page.totals);
  const messages = array("messages", page.messages);
  /** @type {number[]} */
  const cells = [];
  const texts = /** @type {string[]} */ ([]);
  let [length, fragments] = [0, 0];
  messages.forEach((message, index) => {
    const name = `messages[${index}]`;
    const fields = object(name, message);
    const row = encodeRow(`${name}.`, fields, length);
    cells.push(...row.cells);
    texts.push(...row.texts);
    length = row.end;
    fragments += Number(fields.fragments ?? 0);
  });
  if (totals.count !== messages.length) throw invalid("totals.count", "the number of messages", totals.count);
  if (totals.fragments !== fragments)
    throw invalid("totals.fragments", "the sum of fragments", totals.fragments);
  const exactCosts = array("exactCosts", page.exactCosts ?? []).map((item, index) => {
    const [row, cost] = array(`exactCosts[${index}]`, item);
    if (/** @type {number} */ (integer(`exactCosts[${index}][0]`, row)) >= messages.length)
      throw invalid(`exactCosts[${index}][0]`, "the index of a message", row);
    return `${row} ${decimal(`exactCosts[${index}][1]`, cost)}`;
  });
  return [
    cells,
    texts.join(""),
    exactCosts.join(" "),
    integer("totalCount", page.totalCount),
    fragments,
    decimal("totals.cost", totals.cost),
    text("cursor", page.cursor),
  ];
}

/**
 * Encodes one message, whose texts begin at an offset.
 * @param {string} name
 * @param {Fields} fields
 * @param {number} offset
 */
function encodeRow(name, fields, offset) {
  const numbers = new Float64Array(CELLS_PER_ROW);
  const words = new Uint32Array(numbers.buffer);
  NUMBER_COLUMNS.forEach((field, cell) => {
    const read = field === "cost" ? finite : field === "processedDate" ? millis : integer;
    numbers[cell] = read(name + field, fields[field]) ?? Number.NaN;
  });
  const [direction, rawDirection] = category(name, fields, "direction", DIRECTIONS, "rawDirection", []);
  const [status, statusId] = category(name, fields, "status", STATUSES, "statusId", STATUS_IDS);
  words[FLAGS_WORD] = direction | (status << 8);
  words[TEXT_WORD] = offset;
  const texts = [
    text(`${name}sourceNumber`, fields.sourceNumber),
    text(`${name}destinationNumber`, fields.destinationNumber),
    rawDirection,
    statusId,
    text(`${name}errorMessage`, fields.errorMessage),
    text(`${name}text`, fields.text),
  ];
  let end = offset;
  texts.forEach((value, index) => {
    end += value?.length ?? 0;
    words[TEXT_WORD + 1 + index] = value === undefined ? TEXT_ABSENT : end;
  });
  return { cells: numbers, texts: texts.map((value) => value ?? ""), end };
}

/**
 * Reads a word and its raw form.
 * @param {string} prefix
 * @param {Fields} fields
 * @param {string} field
 * @param {readonly (string | undefined)[]} known by flag
 * @param {string} rawField
 * @param {readonly (string | undefined)[]} raws the raw forms of known words
 * @returns {[flag: number, raw: string | undefined]} the raw form of an unknown word
 */
function category(prefix, fields, field, known, rawField, raws) {
  const word = text(prefix + field, fields[field]);
  const raw = text(prefix + rawField, fields[rawField]);
  const flag = word === "unknown" ? FLAG_UNKNOWN : known.indexOf(word);
  if (flag < 0)
    throw invalid(prefix + field, `${known.slice(1).join(", ")} or unknown`, word, "another text");
  if (flag === FLAG_UNKNOWN ? raw === undefined : raw !== raws[flag])
    throw invalid(prefix + rawField, `the text that belongs to the ${field}`, raw, raw && "another text");
  return [flag, flag === FLAG_UNKNOWN ? raw : undefined];
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function object(name, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(name, "an object", value);
  return /** @type {Fields} */ (value);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {unknown[]}
 */
function array(name, value) {
  if (!Array.isArray(value)) throw invalid(name, "an array", value);
  return value;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function text(name, value) {
  if ((value ?? undefined) !== undefined && typeof value !== "string") throw invalid(name, "a string", value);
  return /** @type {string | undefined} */ (value ?? undefined);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function decimal(name, value) {
  if (typeof value !== "string" || !DECIMAL.test(value)) throw invalid(name, "a decimal string", value);
  return value;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function finite(name, value) {
  if ((value ?? undefined) !== undefined && !Number.isFinite(value)) throw invalid(name, "a number", value);
  return /** @type {number | undefined} */ (value ?? undefined);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function integer(name, value) {
  const number = finite(name, value);
  if (number !== undefined && !(Number.isSafeInteger(number) && number >= 0))
    throw invalid(name, "an integer from 0 to 2^53-1", value, "another number");
  return number;
}

/**
 * Reads a date in milliseconds.
 * @param {string} name
 * @param {unknown} value
 */
function millis(name, value) {
  if ((value ?? undefined) === undefined) return undefined;
  const isText = typeof value === "string" && ISO_DATE.test(value);
  const isDate = Object.prototype.toString.call(value) === "[object Date]";
  const date = isText || isDate ? new Date(/** @type {string | Date} */ (value)) : undefined;
  const at = date?.getTime() ?? Number.NaN;
  // Some engines read a day that the month does not have as one of the next month.
  if (Number.isNaN(at) || (isText && date?.toISOString().slice(0, 19) !== value.slice(0, 19)))
    throw invalid(
      name,
      "a date such as 2026-01-31T12:00:00.000Z",
      value,
      isDate ? "an invalid date" : undefined,
    );
  return at;
}

/**
 * @param {string} name
 * @param {string} expected
 * @param {unknown} value
 * @param {string} [got]
 */
function invalid(name, expected, value, got = shapeOf(value)) {
  return new SmsHistoryError({
    kind: "invalid_options",
    message: `${name}: expected ${expected}, got ${got}`,
  });
}

/** @param {unknown} value */
function shapeOf(value) {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  return `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}
