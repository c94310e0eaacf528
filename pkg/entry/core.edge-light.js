import { clientOf, core } from "../lib/core.js";
import module from "../wasm/core_bg.wasm?module";

const instance = /* @__PURE__ */ core(() => module);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
