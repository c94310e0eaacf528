import { SmsHistoryError } from "./error.js";

/**
 * What the WebAssembly side makes of a page: fixed-size cells row after row, and one string for all text.
 * @typedef {object} Parts
 * @property {number} length
 * @property {number | undefined} totalCount
 * @property {string | undefined} cursor
 * @property {Float64Array<ArrayBuffer>} numbers five a row, NaN: absent
 * @property {Uint8Array<ArrayBuffer>} flags two a row
 * @property {Uint32Array<ArrayBuffer>} spans six pairs a row, in UTF-16 units of the string
 * @property {Uint8Array<ArrayBuffer>} text the string, as UTF-8
 * @property {number} fragments
 * @property {string} cost
 *
 * @typedef {import("../index.js").SmsMessage} SmsMessage
 */

const NUMBERS = 5;
const FLAGS = 2;
const SPANS = 12;
const NO_SPAN = 0xffffffff;

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
  #numbers;
  #flags;
  #spans;
  /** @type {Uint8Array<ArrayBuffer> | undefined} */
  #utf8;
  #text = "";

  /** @param {Parts} parts */
  constructor(parts) {
    /** @readonly */
    this.length = parts.length;
    /** @readonly */
    this.totalCount = parts.totalCount;
    /** @readonly */
    this.cursor = parts.cursor;
    /** @readonly */
    this.totals = Object.freeze({ count: parts.length, fragments: parts.fragments, cost: parts.cost });
    this.#numbers = parts.numbers;
    this.#flags = parts.flags;
    this.#spans = parts.spans;
    this.#utf8 = parts.text;
  }

  /** @param {number} index */
  at(index) {
    const whole = Math.trunc(index) || 0;
    const row = whole < 0 ? whole + this.length : whole;
    return row >= 0 && row < this.length ? this.#row(row) : undefined;
  }

  *[Symbol.iterator]() {
    for (let row = 0; row < this.length; row += 1) yield this.#row(row);
  }

  toArray() {
    return Array.from({ length: this.length }, (_, row) => this.#row(row));
  }

  /**
   * @param {any} name
   * @returns {any}
   */
  column(name) {
    const cell = NUMBER_COLUMNS.get(name);
    if (cell !== undefined) {
      const numbers = this.#numbers;
      return new Float64Array(this.length).map(
        (_, row) => /** @type {number} */ (numbers[row * NUMBERS + cell]),
      );
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

  /**
   * All rows are made here, with the same fields in the same order, so that engines see one shape.
   * @param {number} row
   * @returns {SmsMessage}
   */
  #row(row) {
    const text = this.#string();
    const numbers = this.#numbers;
    const at = row * NUMBERS;
    const direction = /** @type {number} */ (this.#flags[row * FLAGS]);
    const status = /** @type {number} */ (this.#flags[row * FLAGS + 1]);
    const processed = numbers[at + 3];
    return {
      messageId: present(numbers[at]),
      sourceNumber: this.#cut(text, row, 0),
      destinationNumber: this.#cut(text, row, 1),
      direction: direction < DIRECTIONS.length ? DIRECTIONS[direction] : "unknown",
      rawDirection: this.#cut(text, row, 2),
      fragments: present(numbers[at + 1]),
      cost: present(numbers[at + 2]),
      status: status < STATUSES.length ? STATUSES[status] : "unknown",
      statusId: status < STATUS_IDS.length ? STATUS_IDS[status] : this.#cut(text, row, 3),
      errorMessage: this.#cut(text, row, 4),
      processedDate:
        present(processed) === undefined ? undefined : new Date(/** @type {number} */ (processed)),
      transactionId: present(numbers[at + 4]),
      text: this.#cut(text, row, 5),
    };
  }

  /**
   * @param {string} text
   * @param {number} row
   * @param {number} cell
   */
  #cut(text, row, cell) {
    const at = row * SPANS + cell * 2;
    const start = this.#spans[at];
    return start === NO_SPAN ? undefined : text.slice(start, this.#spans[at + 1]);
  }

  #string() {
    if (this.#utf8) {
      this.#text = decoder.decode(this.#utf8);
      this.#utf8 = undefined;
    }
    return this.#text;
  }
}

/**
 * NaN is the mark of an absent number.
 * @param {number | undefined} number
 */
function present(number) {
  return Number.isNaN(number) ? undefined : number;
}
