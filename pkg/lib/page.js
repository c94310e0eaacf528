import { SmsHistoryError } from "./error.js";
import { give } from "./storage.js";

/** @typedef {import("../index.js").SmsMessage} SmsMessage */

/**
 * A row's cells: five numbers (NaN: absent), and as halves of the others, of 32 bits, where the row's texts begin in the
 * page's, where each of the six ends (in UTF-16 units), and the flags.
 */
const WIDTH = 9;
const TEXTS = 2 * 5;
const FLAGS = 2 * 8 + 1;
/** Instead of a text's end. */
const NO_TEXT = 0x7fefffff;

/** So many rows are made at a time, of cells as numbers and as halves. */
const ROWS = 64;
const numbers = /* @__PURE__ */ new Float64Array(ROWS * WIDTH);
const halves = /* @__PURE__ */ new Uint32Array(numbers.buffer);
/** Where the next text of the row that is being made begins. */
let start = 0;

// A byte order mark at the beginning of a text belongs to the text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Flag -> word. Any other flag stands for a word that is not known; it is kept in the text cells. */
const DIRECTIONS = /** @type {const} */ ([undefined, "in", "out"]);
const STATUSES = /** @type {const} */ ([undefined, "success", "error", "waiting"]);
const STATUS_IDS = [undefined, "1", "2", "3"];

/** Column name -> cell, for columns of numbers. */
const NUMBER_COLUMNS = new Map(
  ["messageId", "fragments", "cost", "processedDate", "transactionId"].map((name, cell) => [name, cell]),
);
const TEXT_COLUMNS = [
  "sourceNumber",
  "destinationNumber",
  "direction",
  "rawDirection",
  "status",
  "statusId",
  "errorMessage",
  "text",
];

/** One page of the history. See index.d.ts. */
export class SmsHistoryPage {
  #cells;
  /** @type {Uint8Array<ArrayBuffer> | undefined} */
  #utf8;
  #text = "";

  /** @param {import("./storage.js").Parts} parts */
  constructor([cells, text, totalCount, fragments, cost, cursor]) {
    /** @readonly */
    this.length = cells.length / WIDTH;
    /** @readonly */
    this.totalCount = totalCount;
    /** @readonly */
    this.cursor = cursor;
    /** @readonly */
    this.totals = Object.freeze({ count: this.length, fragments, cost });
    this.#cells = cells;
    this.#utf8 = text;
  }

  /** @param {number} index */
  at(index) {
    const whole = Math.trunc(index) || 0;
    const row = whole < 0 ? whole + this.length : whole;
    if (row < 0 || row >= this.length) return undefined;
    fill(this.#cells, row, 1);
    return message(this.#string(), 0);
  }

  *[Symbol.iterator]() {
    const [text, cells] = [this.#string(), this.#cells];
    for (let row = 0; row < this.length; row += 1) {
      fill(cells, row, 1);
      yield message(text, 0);
    }
  }

  toArray() {
    const [text, cells] = [this.#string(), this.#cells];
    /** @type {SmsMessage[]} */
    const messages = new Array(this.length);
    for (let first = 0; first < messages.length; first += ROWS) {
      const count = Math.min(ROWS, messages.length - first);
      fill(cells, first, count);
      for (let row = 0; row < count; row += 1) messages[first + row] = message(text, row);
    }
    return messages;
  }

  /**
   * @param {any} name
   * @returns {any}
   */
  column(name) {
    const cell = NUMBER_COLUMNS.get(name);
    if (cell !== undefined) {
      const cells = this.#cells;
      return new Float64Array(this.length).map((_, row) => /** @type {number} */ (cells[row * WIDTH + cell]));
    }
    if (TEXT_COLUMNS.includes(name)) {
      return this.toArray().map((row) => row[/** @type {keyof SmsMessage} */ (name)]);
    }
    throw new SmsHistoryError({
      kind: "invalid_options",
      message: `column: there is no such column; known are ${[...NUMBER_COLUMNS.keys(), ...TEXT_COLUMNS].join(", ")}`,
    });
  }

  toJSON() {
    return { totalCount: this.totalCount, totals: this.totals, messages: this.toArray() };
  }

  #string() {
    if (this.#utf8) {
      this.#text = decoder.decode(this.#utf8);
      give(this.#utf8);
      this.#utf8 = undefined;
    }
    return this.#text;
  }
}

/**
 * @param {number[]} cells
 * @param {number} row the first
 * @param {number} count
 */
function fill(cells, row, count) {
  const from = row * WIDTH;
  for (let at = 0; at < count * WIDTH; at += 1) numbers[at] = /** @type {number} */ (cells[from + at]);
}

/**
 * All rows are made here, with the same fields in the same order, so that engines see one shape. Texts are cut in the order
 * of their cells.
 * @param {string} text
 * @param {number} row among those that were filled in
 * @returns {SmsMessage}
 */
function message(text, row) {
  const at = row * WIDTH;
  const texts = 2 * at + TEXTS;
  const flags = /** @type {number} */ (halves[2 * at + FLAGS]);
  const direction = flags & 0xff;
  const status = flags >> 8;
  const processed = /** @type {number} */ (numbers[at + 3]);
  start = /** @type {number} */ (halves[texts]);
  return {
    messageId: present(numbers[at]),
    sourceNumber: cut(text, texts + 1),
    destinationNumber: cut(text, texts + 2),
    direction: direction < DIRECTIONS.length ? DIRECTIONS[direction] : "unknown",
    rawDirection: cut(text, texts + 3),
    fragments: present(numbers[at + 1]),
    cost: present(numbers[at + 2]),
    status: status < STATUSES.length ? STATUSES[status] : "unknown",
    statusId: status < STATUS_IDS.length ? STATUS_IDS[status] : cut(text, texts + 4),
    errorMessage: cut(text, texts + 5),
    processedDate: Number.isNaN(processed) ? undefined : new Date(processed),
    transactionId: present(numbers[at + 4]),
    text: cut(text, texts + 6),
  };
}

/**
 * @param {string} text
 * @param {number} at the half with its end
 */
function cut(text, at) {
  const end = /** @type {number} */ (halves[at]);
  if (end === NO_TEXT) return undefined;
  const from = start;
  start = end;
  return text.slice(from, end);
}

/**
 * NaN is the mark of an absent number.
 * @param {number | undefined} number
 */
function present(number) {
  return Number.isNaN(number) ? undefined : number;
}
