/**
 * WebAssembly from text, for what loses files on the way.
 * @param {string} text two hexadecimal digits a byte, of lower case. Not base64: that compresses worse by a quarter.
 */
export async function loadText(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = digit(text, 2 * at) * 16 + digit(text, 2 * at + 1);
  return WebAssembly.compile(bytes);
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
