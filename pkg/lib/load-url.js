/** The longest that the file may take to arrive and be compiled. */
const LIMIT_MS = 60_000;

/**
 * Compiled while it arrives, and kept compiled by browsers that do so, where the server calls the file what it is. Many
 * don't: then from its bytes.
 * @param {URL} url
 * @param {number} [limitMs]
 */
export async function loadUrl(url, limitMs = LIMIT_MS) {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), limitMs);
  try {
    return await compiled(await fetch(url, { signal }), url);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Error(`${url.href} did not arrive within ${limitMs / 1000} s`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} response
 * @param {URL} url
 */
async function compiled(response, url) {
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
