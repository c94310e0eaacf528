import { compileBytes } from "./compile.js";

/** The longest that the file may take to arrive and compile. */
const TIMEOUT_MS = 60_000;

/** The first bytes of every WebAssembly file: "\0asm". */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * Fetches and compiles a WebAssembly file.
 * @param {URL} url
 * @param {number} [timeoutMs]
 */
export async function loadUrl(url, timeoutMs = TIMEOUT_MS) {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  try {
    return await compileResponse(await fetch(url, { signal }), url);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Error(`${url.href} did not arrive within ${timeoutMs / 1000} s`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Streams where it can: the browser compiles while bytes arrive, and may cache the compiled code. Streaming requires the
 * content type `application/wasm`, which many servers do not send.
 * @param {Response} response
 * @param {URL} url
 */
async function compileResponse(response, url) {
  if (!response.ok) throw new Error(`${url.href} answered with HTTP ${response.status}`);
  const hasWasmType = response.headers.get("content-type") === "application/wasm";
  if (hasWasmType && typeof WebAssembly.compileStreaming === "function") {
    return WebAssembly.compileStreaming(response);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) {
    throw new Error(`${url.href} answered with something else`);
  }
  return compileBytes(bytes);
}
