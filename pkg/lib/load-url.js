/**
 * Compiled while it arrives, and kept compiled by browsers that do so, where the server calls the file what it is. Many
 * don't: then from its bytes.
 * @param {URL} url
 */
export async function loadUrl(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} answered with HTTP ${response.status}`);
  const isNamed = response.headers.get("content-type") === "application/wasm";
  if (isNamed && typeof WebAssembly.compileStreaming === "function") {
    return WebAssembly.compileStreaming(response);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!MAGIC.every((byte, at) => bytes[at] === byte))
    throw new Error(`${url.href} answered with something else`);
  return WebAssembly.compile(bytes);
}

/** The first bytes of every WebAssembly file: "\0asm". */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];
