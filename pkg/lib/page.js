import { lostReceiver, SmsHistoryError } from "./error.js";
import { recycle } from "./page-transfer.js";

/** @typedef {import("../index.js").SmsMessage} SmsMessage */

/**
 * The cells of a row, 64 bits each (rows/src/page/columns.rs):
 * - cells 0 to 4 are numbers; NaN means absent.
 * - cells 5 to 8 are eight 32-bit words: the offset of the row's texts in the page's text, the end of each of its six texts,
 *   and the flags. Offsets count UTF-16 units.
 */
const CELLS_PER_ROW = 9;
const TEXT_WORD = 2 * 5;
const FLAGS_WORD = 2 * 8 + 1;
/** The end of a text that is absent. */
const TEXT_ABSENT = 0x7fefffff;

/** The rows that are loaded at a time, as numbers and as words. */
const BATCH_ROWS = 64;
const numbers = /* @__PURE__ */ new Float64Array(BATCH_ROWS * CELLS_PER_ROW);
const words = /* @__PURE__ */ new Uint32Array(numbers.buffer);
/** The offset of the next text of the current row. */
let textOffset = 0;

// A byte order mark at the start of a text belongs to the text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** Words by flag. Any other flag stands for an unknown word, which is kept as a text. */
const DIRECTIONS = /** @type {const} */ ([undefined, "in", "out"]);
const STATUSES = /** @type {const} */ ([undefined, "success", "error", "waiting"]);
const STATUS_IDS = [undefined, "1", "2", "3"];

/** The cells of number columns by name. */
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

  /** @param {import("./page-transfer.js").PageParts} parts */
  constructor([cells, utf8, totalCount, fragments, cost, cursor, isLast]) {
    /** @readonly */
    this.length = cells.length / CELLS_PER_ROW;
    /** @readonly */
    this.totalCount = totalCount;
    /** @readonly */
    this.cursor = cursor;
    /** @readonly */
    this.isLast = isLast;
    /** @readonly */
    this.totals = Object.freeze({ count: this.length, fragments, cost });
    this.#cells = cells;
    this.#utf8 = utf8;
  }

  /**
   * @param {unknown} receiver
   * @param {string} method
   */
  static #check(receiver, method) {
    if (typeof receiver !== "object" || receiver === null || !(#cells in receiver))
      throw lostReceiver("page", method);
  }

  /** @param {number} index */
  at(index) {
    SmsHistoryPage.#check(this, "at");
    const integer = Math.trunc(index) || 0;
    const row = integer < 0 ? integer + this.length : integer;
    if (row < 0 || row >= this.length) return undefined;
    loadRows(this.#cells, row, 1);
    return createMessage(this.#decodeText(), 0);
  }

  *[Symbol.iterator]() {
    SmsHistoryPage.#check(this, "[Symbol.iterator]");
    const [text, cells] = [this.#decodeText(), this.#cells];
    for (let row = 0; row < this.length; row += 1) {
      loadRows(cells, row, 1);
      yield createMessage(text, 0);
    }
  }

  toArray() {
    SmsHistoryPage.#check(this, "toArray");
    const [text, cells] = [this.#decodeText(), this.#cells];
    /** @type {SmsMessage[]} */
    const messages = new Array(this.length);
    for (let first = 0; first < messages.length; first += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, messages.length - first);
      loadRows(cells, first, count);
      for (let row = 0; row < count; row += 1) messages[first + row] = createMessage(text, row);
    }
    return messages;
  }

  /**
   * @param {any} name
   * @returns {any}
   */
  column(name) {
    SmsHistoryPage.#check(this, "column");
    const cell = NUMBER_COLUMNS.get(name);
    if (cell !== undefined) {
      const cells = this.#cells;
      return new Float64Array(this.length).map(
        (_, row) => /** @type {number} */ (cells[row * CELLS_PER_ROW + cell]),
      );
    }
    if (TEXT_COLUMNS.includes(name)) {
      return this.toArray().map((row) => row[/** @type {keyof SmsMessage} */ (name)]);
    }
    throw new SmsHistoryError({
      kind: "invalid_options",
      message: `column: expected ${[...NUMBER_COLUMNS.keys(), ...TEXT_COLUMNS].join(", ")}; got another name`,
    });
  }

  toJSON() {
    SmsHistoryPage.#check(this, "toJSON");
    return { totalCount: this.totalCount, totals: this.totals, messages: this.toArray() };
  }

  #decodeText() {
    if (this.#utf8) {
      this.#text = decoder.decode(this.#utf8);
      recycle(this.#utf8);
      this.#utf8 = undefined;
    }
    return this.#text;
  }
}

/**
 * Loads the cells of rows into the batch.
 * @param {number[]} cells
 * @param {number} firstRow
 * @param {number} count
 */
function loadRows(cells, firstRow, count) {
  const from = firstRow * CELLS_PER_ROW;
  for (let cell = 0; cell < count * CELLS_PER_ROW; cell += 1)
    numbers[cell] = /** @type {number} */ (cells[from + cell]);
}

/**
 * Creates one row of the batch. All rows have the same fields in the same order, so that engines see one shape. Texts are cut
 * in the order of their words.
 * @param {string} text the page's text
 * @param {number} row its index in the batch
 * @returns {SmsMessage}
 */
function createMessage(text, row) {
  const cell = row * CELLS_PER_ROW;
  const word = 2 * cell + TEXT_WORD;
  const flags = /** @type {number} */ (words[2 * cell + FLAGS_WORD]);
  const direction = flags & 0xff;
  const status = flags >> 8;
  const processed = /** @type {number} */ (numbers[cell + 3]);
  textOffset = /** @type {number} */ (words[word]);
  return {
    messageId: orUndefined(numbers[cell]),
    sourceNumber: nextText(text, word + 1),
    destinationNumber: nextText(text, word + 2),
    direction: direction < DIRECTIONS.length ? DIRECTIONS[direction] : "unknown",
    rawDirection: nextText(text, word + 3),
    fragments: orUndefined(numbers[cell + 1]),
    cost: orUndefined(numbers[cell + 2]),
    status: status < STATUSES.length ? STATUSES[status] : "unknown",
    statusId: status < STATUS_IDS.length ? STATUS_IDS[status] : nextText(text, word + 4),
    errorMessage: nextText(text, word + 5),
    processedDate: Number.isNaN(processed) ? undefined : new Date(processed),
    transactionId: orUndefined(numbers[cell + 4]),
    text: nextText(text, word + 6),
  };
}

/**
 * Cuts the next text of the current row.
 * @param {string} text
 * @param {number} word the index of its end
 */
function nextText(text, word) {
  const end = /** @type {number} */ (words[word]);
  if (end === TEXT_ABSENT) return undefined;
  const from = textOffset;
  textOffset = end;
  return text.slice(from, end);
}

/**
 * NaN marks an absent number.
 * @param {number | undefined} number
 */
function orUndefined(number) {
  return Number.isNaN(number) ? undefined : number;
}
