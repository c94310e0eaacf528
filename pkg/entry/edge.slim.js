import {
  createClientClass,
  createLoader,
  createRelayFunction,
  createServiceAccountClass,
} from "../lib/edge.js";
import { WasmProvider } from "../lib/load/provided.js";

const provider = /* @__PURE__ */ new WasmProvider();
const loader = /* @__PURE__ */ createLoader(provider.load);
export const SmsHistoryClient = /* @__PURE__ */ createClientClass(loader);
export const ServiceAccount = /* @__PURE__ */ createServiceAccountClass(loader);
export const createRelay = /* @__PURE__ */ createRelayFunction(loader);
export const { provide: provideWasm } = provider;
export * from "../lib/exports.js";
