import { clientOf, edge, serviceAccountOf } from "../lib/edge.js";
import module from "../wasm/edge_bg.wasm?module";

const instance = /* @__PURE__ */ edge(() => module);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export * from "../lib/classes.js";
