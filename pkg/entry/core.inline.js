import { clientOf, core } from "../lib/core.js";
import { loadText } from "../lib/load-text.js";
import text from "../wasm/core.inline.js";

const instance = /* @__PURE__ */ core(() => loadText(text));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
