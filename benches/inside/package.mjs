// The package as it ships, its parser alone, and the baseline by serde, each with its own WebAssembly.
import { initSync, readRows } from "built/serde.js";
import serdeWasm from "built/serde_bg.wasm";
import { createClientClass } from "pkg/lib/client.js";
import { WasmLoader } from "pkg/lib/wasm-instance.js";
import * as coreGlue from "pkg/wasm/core.js";
import coreWasm from "pkg/wasm/core_bg.wasm";
import { readPage } from "./parser-only.mjs";

/** Compiles and instantiates the parsers. */
export function parsers() {
  initSync({ module: new WebAssembly.Module(serdeWasm) });
  return { readPage: readPage(), readRows };
}

/** Returns the client class as it ships, and a function for the size of its WebAssembly memory after the first use. */
export function client() {
  let memory;
  const glue = {
    instantiate: (module, imports) => {
      class Instance extends imports.WebAssembly.Instance {
        constructor(...parameters) {
          super(...parameters);
          memory = this.exports.memory;
        }
      }
      return coreGlue.instantiate(module, { ...imports, WebAssembly: { ...imports.WebAssembly, Instance } });
    },
  };
  const loader = new WasmLoader(glue, () => new WebAssembly.Module(coreWasm));
  return { SmsHistoryClient: createClientClass(loader), memoryBytes: () => memory.buffer.byteLength };
}
