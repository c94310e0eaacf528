import { clientOf, edge, serviceAccountOf } from "../lib/edge.js";
import { loadUrl } from "../lib/load-url.js";

const instance = /* @__PURE__ */ edge(() => loadUrl(new URL("../wasm/edge_bg.wasm", import.meta.url)));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export * from "../lib/classes.js";
