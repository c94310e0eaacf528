import { clientOf } from "../lib/client.js";
import { Instance } from "../lib/instance.js";
import * as glue from "../wasm/core.js";
import module from "../wasm/core_bg.wasm";

const instance = /* @__PURE__ */ new Instance(glue, () => module);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
