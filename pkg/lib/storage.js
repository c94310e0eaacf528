/**
 * What the WebAssembly side makes of a page: rows of cells, one string for all text as UTF-8, the total count, the sums of
 * fragments and of costs, and the cursor.
 * @typedef {[
 *   cells: number[],
 *   text: Uint8Array<ArrayBuffer>,
 *   totalCount: number | undefined,
 *   fragments: number,
 *   cost: string,
 *   cursor: string | undefined,
 * ]} Parts
 */

/**
 * Room that a page's texts were in until they were decoded: nobody else has it. In some engines, Chromium's among them, new
 * memory takes longer than the copy into it.
 * @type {ArrayBuffer | undefined}
 */
let spent;

/** More is not kept: the texts of 1,000 messages are some 150 KB. */
const MOST_BYTES = 1 << 20;

/**
 * Copies a page out of the WebAssembly's memory: it owns nothing there, and needs no `free()`.
 * @param {BigUint64Array<ArrayBuffer>} cells
 * @param {Uint8Array<ArrayBuffer>} text
 * @param {[totalCount: number | undefined, fragments: number, cost: string, cursor: string | undefined]} others
 * @returns {Parts}
 */
export function partsOf(cells, text, ...others) {
  return [numbersOf(cells), bytesOf(text), ...others];
}

/**
 * Gives room back, for the texts of a page to come.
 * @param {Uint8Array<ArrayBuffer>} room
 */
export function give({ buffer }) {
  if (buffer.byteLength <= MOST_BYTES) spent = buffer;
}

/**
 * Of an array of numbers engines have the memory at hand; that of a typed array is new, which in Chromium takes five times as
 * long. An array keeps all bits of a number but those of NaN, of which it keeps that it is one.
 * @param {BigUint64Array<ArrayBuffer>} cells
 */
function numbersOf({ buffer, byteOffset, length }) {
  const cells = new Float64Array(buffer, byteOffset, length);
  /** @type {number[]} */
  const numbers = new Array(length);
  for (let at = 0; at < length; at += 1) numbers[at] = /** @type {number} */ (cells[at]);
  return numbers;
}

/** @param {Uint8Array<ArrayBuffer>} text */
function bytesOf(text) {
  const buffer = spent;
  const bytes = text.length;
  spent = undefined;
  // Neither too small nor far too large.
  if (!buffer || bytes > buffer.byteLength || buffer.byteLength > 2 * bytes) return new Uint8Array(text);
  const copy = new Uint8Array(buffer, 0, bytes);
  copy.set(text);
  return copy;
}
