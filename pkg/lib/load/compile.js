/**
 * Compiles the bytes of a WebAssembly file. In a worker it blocks for some milliseconds: in workers of WebKitGTK 2.50,
 * `WebAssembly.compile()` never settled in 38 of 300 starts on a busy machine where much garbage had been made before.
 * @param {BufferSource} bytes
 */
export async function compileBytes(bytes) {
  return "WorkerGlobalScope" in globalThis ? new WebAssembly.Module(bytes) : WebAssembly.compile(bytes);
}
