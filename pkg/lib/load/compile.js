/**
 * Compiles the bytes of a WebAssembly file. In a worker it blocks for some milliseconds, because `WebAssembly.compile()` may
 * never settle in workers of WebKitGTK 2.50. On a busy machine, after much garbage, it did not in 38 of 300 starts.
 * @param {BufferSource} bytes
 */
export async function compileBytes(bytes) {
  return "WorkerGlobalScope" in globalThis ? new WebAssembly.Module(bytes) : WebAssembly.compile(bytes);
}
