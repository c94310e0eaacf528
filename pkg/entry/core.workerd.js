import { createClientClass, createLoader } from "../lib/core.js";
import module from "../wasm/core_bg.wasm";

const loader = /* @__PURE__ */ createLoader(() => module);
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export * from "../lib/exports.js";
