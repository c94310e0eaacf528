import { clientOf, edge, serviceAccountOf } from "../lib/edge.js";
import { loadFile } from "../lib/load-file.js";
import file from "../wasm/edge_bg.wasm" with { type: "file" };

const instance = /* @__PURE__ */ edge(() => loadFile(/** @type {any} */ (file)));
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export * from "../lib/classes.js";
