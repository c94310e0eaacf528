import { clientOf, core } from "../lib/core.js";
import { loadFile } from "../lib/load-file.js";
import file from "../wasm/core_bg.wasm" with { type: "file" };

const instance = /* @__PURE__ */ core(() => loadFile(/** @type {any} */ (file)));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
