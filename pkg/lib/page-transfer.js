/**
 * The parts of a page, as the WebAssembly hands them over. `texts` holds the texts of all rows as one string, or as its UTF-8.
 * `exactCosts` has the row and the digits of each cost that has more digits than its number. `fragments` and `cost` are the
 * sums of the page.
 * @typedef {[
 *   cells: number[],
 *   texts: Uint8Array<ArrayBuffer> | string,
 *   exactCosts: string,
 *   totalCount: number | undefined,
 *   fragments: number,
 *   cost: string,
 *   cursor: string | undefined,
 *   isLast: boolean,
 * ]} PageParts
 */

/**
 * A buffer whose texts were decoded, for the texts of the next page. In Chromium, among others, allocating memory takes
 * longer than copying into it.
 * @type {ArrayBuffer | undefined}
 */
let recycledBuffer;

/** The largest buffer that is kept. The texts of 1,000 messages take about 150 KB. */
const MAX_RECYCLED_BYTES = 1 << 20;

/**
 * Copies a page out of the WebAssembly memory. The copy belongs to JavaScript and needs no `free()`.
 * @param {BigUint64Array<ArrayBuffer>} cells
 * @param {Uint8Array<ArrayBuffer>} utf8
 * @param {[exactCosts: string, totalCount: number | undefined, fragments: number, cost: string, cursor: string | undefined, isLast: boolean]} others
 * @returns {PageParts}
 */
export function copyPage(cells, utf8, ...others) {
  return [copyCells(cells), copyBytes(utf8), ...others];
}

/**
 * Keeps a buffer for the texts of a later page.
 * @param {Uint8Array<ArrayBuffer>} bytes whose buffer nobody reads any more
 */
export function recycle({ buffer }) {
  if (buffer.byteLength <= MAX_RECYCLED_BYTES) recycledBuffer = buffer;
}

/**
 * Copies cells into an array. Engines have memory for arrays at hand, while a new typed array takes Chromium five times as
 * long. An array keeps all bits of a number, except that all NaN become one.
 * @param {BigUint64Array<ArrayBuffer>} cells
 */
function copyCells({ buffer, byteOffset, length }) {
  const cells = new Float64Array(buffer, byteOffset, length);
  /** @type {number[]} */
  const copy = new Array(length);
  for (let index = 0; index < length; index += 1) copy[index] = /** @type {number} */ (cells[index]);
  return copy;
}

/** @param {Uint8Array<ArrayBuffer>} source */
function copyBytes(source) {
  const buffer = recycledBuffer;
  const { length } = source;
  recycledBuffer = undefined;
  // A buffer of more than twice the size would stay allocated for a small page.
  if (!buffer || length > buffer.byteLength || buffer.byteLength > 2 * length) return new Uint8Array(source);
  const copy = new Uint8Array(buffer, 0, length);
  copy.set(source);
  return copy;
}
