import { createClientClass, createLoader } from "../lib/core.js";
import { loadUrl } from "../lib/load/url.js";

const loader = /* @__PURE__ */ createLoader(() => loadUrl(new URL("../wasm/core_bg.wasm", import.meta.url)));
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export * from "../lib/exports.js";
