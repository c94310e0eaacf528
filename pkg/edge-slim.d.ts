export * from "./edge.js";
export type { WasmModule, WasmSource } from "./slim.js";

import type { WasmSource } from "./slim.js";

/**
 * Provides the WebAssembly, as `provideWasm` of `voximplant-sms-history/slim` does. The file is
 * `voximplant-sms-history/wasm/edge_bg.wasm`.
 */
export declare function provideWasm(source: WasmSource): void;
