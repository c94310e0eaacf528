import { serviceAccountOf } from "../lib/account.js";
import { clientOf } from "../lib/client.js";
import { Instance } from "../lib/instance.js";
import * as glue from "../wasm/edge.js";
import module from "../wasm/edge_bg.wasm";

const instance = /* @__PURE__ */ new Instance(glue, () => module);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export * from "../lib/classes.js";
