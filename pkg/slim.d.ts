export * from "./index.js";

/**
 * A compiled `WebAssembly.Module`. Not by that name, which not all types of runtimes know (those of Node 20 do not): an object
 * without members, so neither a function nor a promise nor a reply.
 */
export type WasmModule = object & { readonly call?: never; readonly then?: never; readonly status?: never };

/**
 * The package's WebAssembly: compiled, as bytes, or a function that gives one of them, which the first call calls.
 *
 * A `WebAssembly.Module` is what Cloudflare Workers and some bundlers give for
 * `import module from "voximplant-sms-history/wasm/core_bg.wasm"`.
 */
export type WasmSource =
  | WasmModule
  | ArrayBuffer
  | ArrayBufferView
  | (() => WasmModule | ArrayBuffer | ArrayBufferView | Promise<WasmModule | ArrayBuffer | ArrayBufferView>);

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
