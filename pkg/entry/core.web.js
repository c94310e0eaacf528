import { clientOf } from "../lib/client.js";
import { Instance } from "../lib/instance.js";
import { loadUrl } from "../lib/load-url.js";
import * as glue from "../wasm/core.js";

const instance = /* @__PURE__ */ new Instance(glue, () =>
  loadUrl(new URL("../wasm/core_bg.wasm", import.meta.url)),
);
export const SmsHistoryClient = /* @__PURE__ */ clientOf(instance);
export * from "../lib/classes.js";
