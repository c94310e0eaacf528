import { createClientClass, createLoader } from "../lib/core.js";
import { loadHex } from "../lib/load/hex.js";
import hex from "../wasm/core.inline.js";

const loader = /* @__PURE__ */ createLoader(() => loadHex(hex));
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export * from "../lib/exports.js";
