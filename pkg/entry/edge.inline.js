import {
  createClientClass,
  createLoader,
  createRelayFunction,
  createServiceAccountClass,
} from "../lib/edge.js";
import { loadHex } from "../lib/load/hex.js";
import hex from "../wasm/edge.inline.js";

const loader = /* @__PURE__ */ createLoader(() => loadHex(hex));
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export const ServiceAccount = /* @__PURE__ */ createServiceAccountClass(loader);
export const createRelay = /* @__PURE__ */ createRelayFunction(loader);
export * from "../lib/exports.js";
