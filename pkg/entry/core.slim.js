import { clientOf, core } from "../lib/core.js";
import { Provided } from "../lib/provided.js";

const wasm = /* @__PURE__ */ new Provided();
const instance = /* @__PURE__ */ core(wasm.load);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const { provide: provideWasm } = wasm;
export * from "../lib/classes.js";
