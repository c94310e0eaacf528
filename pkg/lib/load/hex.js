import { compileBytes } from "./compile.js";

/**
 * Compiles WebAssembly from text. A text inside a script survives every bundler; a separate file does not.
 * @param {string} text two lower-case hexadecimal digits a byte. Base64 is a quarter larger after compression.
 */
export async function loadHex(text) {
  return compileBytes(decodeHex(text));
}

/** @param {string} text */
function decodeHex(text) {
  const { fromHex } = /** @type {{ fromHex?: (text: string) => Uint8Array<ArrayBuffer> }} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  if (fromHex) return fromHex(text);
  // Older Node: at the start of a process, `Buffer` takes a quarter of the time of the loop below. `globalThis.Buffer` keeps
  // bundlers from adding a polyfill to pages.
  if (globalThis.Buffer) return globalThis.Buffer.from(text, "hex");
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = digitAt(text, 2 * index) * 16 + digitAt(text, 2 * index + 1);
  }
  return bytes;
}

/**
 * Reads one digit, "0" to "9" or "a" to "f".
 * @param {string} text
 * @param {number} index
 */
function digitAt(text, index) {
  const code = text.charCodeAt(index);
  return (code & 15) + (code >> 6) * 9;
}
