import {
  createClientClass,
  createLoader,
  createRelayFunction,
  createServiceAccountClass,
} from "../lib/edge.js";
import module from "../wasm/edge_bg.wasm?module";

const loader = /* @__PURE__ */ createLoader(() => module);
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export const ServiceAccount = /* @__PURE__ */ createServiceAccountClass(loader);
export const createRelay = /* @__PURE__ */ createRelayFunction(loader);
export * from "../lib/exports.js";
