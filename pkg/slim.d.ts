export * from "./index.js";

/**
 * A compiled `WebAssembly.Module`. Not every runtime's types declare that name: Node 20's do not. The optional members exclude
 * functions, promises and responses.
 */
export type WasmModule = object & { readonly call?: never; readonly then?: never; readonly status?: never };

/**
 * The package's WebAssembly: a compiled module, its bytes, or a function that returns one of them. The function is called when
 * the WebAssembly is first needed.
 *
 * In Cloudflare Workers and with some bundlers, `import module from "voximplant-sms-history/wasm/core_bg.wasm"` gives a
 * compiled module.
 */
export type WasmSource =
  | WasmModule
  | ArrayBuffer
  | ArrayBufferView
  | (() => WasmModule | ArrayBuffer | ArrayBufferView | Promise<WasmModule | ArrayBuffer | ArrayBufferView>);

/**
 * Provides the WebAssembly: the file `voximplant-sms-history/wasm/core_bg.wasm` of the same package version. Call it once,
 * before the first call of a client. In a page, call it before you create a client, so that loading starts at once. Later calls
 * do not replace WebAssembly that is in use.
 *
 * Throws an `SmsHistoryError` of kind `invalid_options` for any other value. Calls of a client reject with kind
 * `invalid_options` when no source was provided, or when the function returned something else. They reject with kind `internal`
 * when the bytes do not compile.
 *
 * @example
 * provideWasm(() => fetch("/assets/core_bg.wasm").then((response) => response.arrayBuffer()));
 */
export declare function provideWasm(source: WasmSource): void;
