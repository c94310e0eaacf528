import { serviceAccountOf } from "../lib/account.js";
import { clientOf } from "../lib/client.js";
import { Instance } from "../lib/instance.js";
import { loadFile } from "../lib/load-file.js";
import * as glue from "../wasm/edge.js";

const instance = /* @__PURE__ */ new Instance(glue, () =>
  loadFile(new URL("../wasm/edge_bg.wasm", import.meta.url)),
);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export const ServiceAccount = /* @__PURE__ */ serviceAccountOf(instance);
export * from "../lib/classes.js";
