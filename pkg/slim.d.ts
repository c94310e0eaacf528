export * from "./index.js";

/**
 * The package's WebAssembly: compiled, as bytes, or a function that gives one of them, which the first call calls.
 *
 * A `WebAssembly.Module` is what Cloudflare Workers and some bundlers give for
 * `import module from "voximplant-sms-history/wasm/core_bg.wasm"`.
 */
export type WasmSource =
  | WebAssembly.Module
  | BufferSource
  | (() => WebAssembly.Module | BufferSource | Promise<WebAssembly.Module | BufferSource>);

/**
 * Tells where the WebAssembly comes from: `voximplant-sms-history/wasm/core_bg.wasm` of this same version of the package.
 * Call it once, before the first call of a client; one that is in use stays in use.
 *
 * Throws an `SmsHistoryError` of kind `invalid_options` for anything else. Calls of a client reject with that kind when
 * nothing was provided or the function gave something else, and with kind `internal` when the bytes can't be compiled.
 *
 * @example
 * provideWasm(() => fetch("/assets/core_bg.wasm").then((response) => response.arrayBuffer()));
 */
export declare function provideWasm(source: WasmSource): void;
