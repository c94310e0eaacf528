import { clientOf, core } from "../lib/core.js";
import { loadFile } from "../lib/load-file.js";

const instance = /* @__PURE__ */ core(() => loadFile(new URL("../wasm/core_bg.wasm", import.meta.url)));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
