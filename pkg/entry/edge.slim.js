import { clientOf, edge, serviceAccountOf } from "../lib/edge.js";
import { Provided } from "../lib/provided.js";

const wasm = /* @__PURE__ */ new Provided();
const instance = /* @__PURE__ */ edge(wasm.load);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export const { provide: provideWasm } = wasm;
export * from "../lib/classes.js";
