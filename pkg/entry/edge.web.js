import {
  createClientClass,
  createLoader,
  createRelayFunction,
  createServiceAccountClass,
} from "../lib/edge.js";
import { loadUrl } from "../lib/load/url.js";

const loader = /* @__PURE__ */ createLoader(() => loadUrl(new URL("../wasm/edge_bg.wasm", import.meta.url)));
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export const ServiceAccount = /* @__PURE__ */ createServiceAccountClass(loader);
export const createRelay = /* @__PURE__ */ createRelayFunction(loader);
export * from "../lib/exports.js";
