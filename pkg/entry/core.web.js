import { clientOf, core } from "../lib/core.js";
import { loadUrl } from "../lib/load-url.js";

const instance = /* @__PURE__ */ core(() => loadUrl(new URL("../wasm/core_bg.wasm", import.meta.url)));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
