/**
 * WebAssembly from text, which no bundler loses on the way.
 * @param {string} text two hexadecimal digits a byte, of lower case. Not base64: that compresses worse by a quarter.
 */
export async function loadText(text) {
  return WebAssembly.compile(fromHex(text));
}

/** @param {string} text */
function fromHex(text) {
  const { fromHex: native } = /** @type {{ fromHex?: (text: string) => Uint8Array<ArrayBuffer> }} */ (
    /** @type {unknown} */ (Uint8Array)
  );
  if (native) return native(text);
  // What Node had before: at the start of a process, code of our own takes four times as long. By the global object, so
  // that no bundler adds a Buffer to a page.
  if (globalThis.Buffer) return globalThis.Buffer.from(text, "hex");
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = digit(text, 2 * at) * 16 + digit(text, 2 * at + 1);
  return bytes;
}

/**
 * The value of "0" to "9" and "a" to "f".
 * @param {string} text
 * @param {number} at
 */
function digit(text, at) {
  const code = text.charCodeAt(at);
  return (code & 15) + (code >> 6) * 9;
}
