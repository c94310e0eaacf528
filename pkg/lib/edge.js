// The parts of the entry points with signing.
import * as glue from "../wasm/edge.js";
import { Instance } from "./instance.js";

export { createServiceAccountClass } from "./account.js";
export { createClientClass } from "./client.js";

/** @param {import("./instance.js").Load} load */
export const createLoader = (load) => new Instance(glue, load);
