// The parts of the entry points without signing.
import * as glue from "../wasm/core.js";
import { WasmLoader } from "./wasm-instance.js";

export { createClientClass } from "./client.js";

/** @param {import("./wasm-instance.js").Load} load */
export const createLoader = (load) => new WasmLoader(glue, load);
