import { lostReceiver, SmsHistoryError } from "./error.js";
import {
  CELLS_PER_ROW,
  DIRECTIONS,
  FLAGS_WORD,
  NUMBER_COLUMNS,
  STATUS_IDS,
  STATUSES,
  TEXT_ABSENT,
  TEXT_COLUMNS,
  TEXT_WORD,
} from "./page-cells.js";
import { partsOfJson } from "./page-json.js";
import { recycle } from "./page-transfer.js";
import { unknownName } from "./unknown-name.js";

/** @typedef {import("../index.js").SmsMessage} SmsMessage */

/** The rows that are loaded at a time, as numbers and as words. */
const BATCH_ROWS = 64;
const numbers = /* @__PURE__ */ new Float64Array(BATCH_ROWS * CELLS_PER_ROW);
const words = /* @__PURE__ */ new Uint32Array(numbers.buffer);
/** The offset of the next text of the current row. */
let textOffset = 0;

// A byte order mark at the start of a text belongs to the text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

const COLUMNS = [...NUMBER_COLUMNS, ...TEXT_COLUMNS];

/** One page of the history. See index.d.ts. */
export class SmsHistoryPage {
  #cells;
  /** @type {Uint8Array<ArrayBuffer> | undefined} */
  #utf8;
  #text = "";
  /** The costs that have more digits than their number, by row. */
  #exactCosts;

  /** @param {import("./page-transfer.js").PageParts} parts */
  constructor([cells, texts, exactCosts, totalCount, fragments, cost, cursor, isLast]) {
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
    if (typeof texts === "string") this.#text = texts;
    else this.#utf8 = texts;
    this.#exactCosts = exactCosts;
  }

  /** @param {unknown} json */
  static fromJSON(json) {
    return new SmsHistoryPage(partsOfJson(json));
  }

  /**
   * @param {unknown} receiver
   * @param {string} method
   */
  static #check(receiver, method) {
    if (typeof receiver !== "object" || receiver === null || !(#cells in receiver))
      throw lostReceiver("page", method, receiver, SmsHistoryPage);
  }

  get [Symbol.toStringTag]() {
    return "SmsHistoryPage";
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
    const cell = NUMBER_COLUMNS.indexOf(name);
    if (cell >= 0) {
      const cells = this.#cells;
      return new Float64Array(this.length).map(
        (_, row) => /** @type {number} */ (cells[row * CELLS_PER_ROW + cell]),
      );
    }
    if (TEXT_COLUMNS.includes(name)) {
      return this.toArray().map((row) => row[/** @type {keyof SmsMessage} */ (name)]);
    }
    throw unknownColumn("column", name);
  }

  /** @param {any} columns */
  toRows(columns) {
    SmsHistoryPage.#check(this, "toRows");
    const names = Array.isArray(columns) ? [...columns] : [];
    if (names.length === 0) throw invalid("columns: expected an array of field names");
    const wrong = names.findIndex((name) => !COLUMNS.includes(name));
    if (wrong >= 0) throw unknownColumn(`columns[${wrong}]`, names[wrong]);
    const exactCosts = this.#parseExactCosts();
    return this.toArray().map((message, row) =>
      names.map((/** @type {keyof SmsMessage} */ name) => {
        const value = message[name];
        if (value === undefined) return null;
        if (value instanceof Date) return value.getTime();
        return name === "cost" ? (exactCosts.get(row) ?? decimalOf(Number(value))) : value;
      }),
    );
  }

  toJSON() {
    SmsHistoryPage.#check(this, "toJSON");
    const { totalCount, totals, cursor, isLast } = this;
    const exactCosts = [...this.#parseExactCosts()];
    const others = exactCosts.length > 0 ? { exactCosts } : {};
    return { totalCount, totals, cursor, isLast, messages: this.toArray(), ...others };
  }

  #parseExactCosts() {
    const pairs = this.#exactCosts.matchAll(/(\d+) (\S+)/g);
    return new Map(Array.from(pairs, ([, row, cost]) => [Number(row), /** @type {string} */ (cost)]));
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

/**
 * The shortest decimal that is nearest to a number, in plain digits. A cost of at most 15 digits is that decimal.
 * @param {number} number
 */
function decimalOf(number) {
  const [digits = "", exponent] = String(number).split("e");
  if (exponent === undefined) return digits;
  if (Number(exponent) > 0) return String(BigInt(number));
  const decimals = digits.split(".")[1]?.length ?? 0;
  return number.toFixed(decimals - Number(exponent));
}

/**
 * @param {string} what
 * @param {unknown} name
 */
function unknownColumn(what, name) {
  return invalid(
    typeof name === "string"
      ? unknownName(what, "column", name, COLUMNS)
      : `${what}: expected a field name, got a value of type ${typeof name}`,
  );
}

/** @param {string} message */
function invalid(message) {
  return new SmsHistoryError({ kind: "invalid_options", message });
}
