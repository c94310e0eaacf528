import { SmsHistoryError } from "./error.js";
import { give } from "./room.js";

/**
 * What the WebAssembly side makes of a page: rows of cells, one string for all text as UTF-8, the total count, the sums of
 * fragments and of costs, and the cursor.
 * @typedef {[
 *   cells: BigUint64Array<ArrayBuffer>,
 *   text: Uint8Array<ArrayBuffer>,
 *   totalCount: number | undefined,
 *   fragments: number,
 *   cost: string,
 *   cursor?: string,
 * ]} Parts
 *
 * @typedef {import("../index.js").SmsMessage} SmsMessage
 */

/** A row's cells, of 64 bits each: five numbers (NaN: absent), six texts (start and end, in UTF-16 units), the flags. */
const WIDTH = 12;
const TEXTS = 2 * 5;
const FLAGS = 2 * 11;
const NO_TEXT = 0xffffffff;

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
  /** The same cells, as the numbers and as the halves that the others are. */
  #numbers;
  #halves;
  /** @type {Uint8Array<ArrayBuffer> | undefined} */
  #utf8;
  #text = "";

  /** @param {Parts} parts */
  constructor([cells, text, totalCount, fragments, cost, cursor]) {
    /** @readonly */
    this.length = cells.length / WIDTH;
    /** @readonly */
    this.totalCount = totalCount;
    /** @readonly */
    this.cursor = cursor;
    /** @readonly */
    this.totals = Object.freeze({ count: this.length, fragments, cost });
    this.#numbers = new Float64Array(cells.buffer);
    this.#halves = new Uint32Array(cells.buffer);
    this.#utf8 = text;
  }

  /** @param {number} index */
  at(index) {
    const whole = Math.trunc(index) || 0;
    const row = whole < 0 ? whole + this.length : whole;
    if (row < 0 || row >= this.length) return undefined;
    return message(this.#string(), this.#numbers, this.#halves, row);
  }

  *[Symbol.iterator]() {
    const [text, numbers, halves] = [this.#string(), this.#numbers, this.#halves];
    for (let row = 0; row < this.length; row += 1) yield message(text, numbers, halves, row);
  }

  toArray() {
    const [text, numbers, halves] = [this.#string(), this.#numbers, this.#halves];
    /** @type {SmsMessage[]} */
    const messages = new Array(this.length);
    for (let row = 0; row < messages.length; row += 1) messages[row] = message(text, numbers, halves, row);
    return messages;
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
        (_, row) => /** @type {number} */ (numbers[row * WIDTH + cell]),
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
 * All rows are made here, with the same fields in the same order, so that engines see one shape.
 * @param {string} text
 * @param {Float64Array} numbers
 * @param {Uint32Array} halves
 * @param {number} row
 * @returns {SmsMessage}
 */
function message(text, numbers, halves, row) {
  const at = row * WIDTH;
  const texts = 2 * at + TEXTS;
  const flags = /** @type {number} */ (halves[2 * at + FLAGS]);
  const direction = flags & 0xff;
  const status = (flags >> 8) & 0xff;
  const processed = /** @type {number} */ (numbers[at + 3]);
  return {
    messageId: present(numbers[at]),
    sourceNumber: cut(text, halves, texts),
    destinationNumber: cut(text, halves, texts + 2),
    direction: direction < DIRECTIONS.length ? DIRECTIONS[direction] : "unknown",
    rawDirection: cut(text, halves, texts + 4),
    fragments: present(numbers[at + 1]),
    cost: present(numbers[at + 2]),
    status: status < STATUSES.length ? STATUSES[status] : "unknown",
    statusId: status < STATUS_IDS.length ? STATUS_IDS[status] : cut(text, halves, texts + 6),
    errorMessage: cut(text, halves, texts + 8),
    processedDate: Number.isNaN(processed) ? undefined : new Date(processed),
    transactionId: present(numbers[at + 4]),
    text: cut(text, halves, texts + 10),
  };
}

/**
 * @param {string} text
 * @param {Uint32Array} halves
 * @param {number} at
 */
function cut(text, halves, at) {
  const start = halves[at];
  return start === NO_TEXT ? undefined : text.slice(start, halves[at + 1]);
}

/**
 * NaN is the mark of an absent number.
 * @param {number | undefined} number
 */
function present(number) {
  return Number.isNaN(number) ? undefined : number;
}
