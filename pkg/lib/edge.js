// What the entry points that sign are made of.
import * as glue from "../wasm/edge.js";
import { Instance } from "./instance.js";

export { serviceAccountOf } from "./account.js";
export { clientOf } from "./client.js";

/** @param {import("./instance.js").Load} load */
export const edge = (load) => new Instance(glue, load);
