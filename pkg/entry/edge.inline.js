import { clientOf, edge, serviceAccountOf } from "../lib/edge.js";
import { loadText } from "../lib/load-text.js";
import text from "../wasm/edge.inline.js";

const instance = /* @__PURE__ */ edge(() => loadText(text));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export * from "../lib/classes.js";
