export * from "./edge.js";
export type { WasmModule, WasmSource } from "./slim.js";

import type { WasmSource } from "./slim.js";

/**
 * Tells where the WebAssembly comes from, as `provideWasm` of `voximplant-sms-history/slim` does: here it is
 * `voximplant-sms-history/wasm/edge_bg.wasm`.
 */
export declare function provideWasm(source: WasmSource): void;
