// The parts of the entry points without signing.
import * as glue from "../wasm/core.js";
import { Instance } from "./instance.js";

export { createClientClass } from "./client.js";

/** @param {import("./instance.js").Load} load */
export const createLoader = (load) => new Instance(glue, load);
