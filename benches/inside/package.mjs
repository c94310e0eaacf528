// The package as it ships, its parser alone, and the rival by serde: each over its own WebAssembly.
import { initSync, readRows } from "built/serde.js";
import serdeWasm from "built/serde_bg.wasm";
import { createClientClass } from "pkg/lib/client.js";
import { WasmLoader } from "pkg/lib/wasm-instance.js";
import * as coreGlue from "pkg/wasm/core.js";
import coreWasm from "pkg/wasm/core_bg.wasm";
import { readPage } from "./parser-only.mjs";

/** The parsers, compiled and instantiated now. */
export function parsers() {
  initSync({ module: new WebAssembly.Module(serdeWasm) });
  return { readPage: readPage(), readRows };
}

/** The client class as it ships; and the memory of its WebAssembly, once it has been used. */
export function client() {
  let memory;
  const glue = {
    instantiate: (module, guard, ...others) =>
      coreGlue.instantiate(
        module,
        (exports) => {
          memory = exports.memory;
          return guard(exports);
        },
        ...others,
      ),
  };
  const loader = new WasmLoader(glue, () => new WebAssembly.Module(coreWasm));
  return { SmsHistoryClient: createClientClass(loader), memoryBytes: () => memory.buffer.byteLength };
}
