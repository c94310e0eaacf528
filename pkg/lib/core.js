// What the entry points without signing are made of.
import * as glue from "../wasm/core.js";
import { Instance } from "./instance.js";

export { clientOf } from "./client.js";

/** @param {import("./instance.js").Load} load */
export const core = (load) => new Instance(glue, load);
