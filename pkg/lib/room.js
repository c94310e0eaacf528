/**
 * Room that a page's texts were in until they were decoded: nobody else has it. In some engines, Chromium's among them, new
 * memory takes longer than the copy into it.
 * @type {ArrayBuffer | undefined}
 */
let spent;

/** More is not kept: the texts of 1,000 messages are some 150 KB. */
const MOST_BYTES = 1 << 20;

/**
 * Gives room back, for the texts of a page to come.
 * @param {Uint8Array<ArrayBuffer>} room
 */
export function give({ buffer }) {
  if (buffer.byteLength <= MOST_BYTES) spent = buffer;
}

/**
 * So many bytes of the room that was given back, if it is neither too small nor far too large. What they hold is of no use.
 * @param {number} bytes
 */
export function take(bytes) {
  const buffer = spent;
  spent = undefined;
  const fits = buffer && bytes <= buffer.byteLength && buffer.byteLength <= 2 * bytes;
  return fits ? new Uint8Array(buffer, 0, bytes) : undefined;
}
