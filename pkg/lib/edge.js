// The parts of the entry points with signing.
import * as glue from "../wasm/edge.js";
import { WasmLoader } from "./wasm-instance.js";

export { createServiceAccountClass } from "./account.js";
export { createClientClass } from "./client.js";
export { createRelayFunction } from "./relay.js";

/** @param {import("./wasm-instance.js").Load} load */
export const createLoader = (load) => new WasmLoader(glue, load);
