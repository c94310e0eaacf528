// The package as it ships, the same with a door to its parser, and the rival by serde: each over its own WebAssembly.
import * as benchGlue from "built/bench.js";
import benchWasm from "built/bench_bg.wasm";
import { initSync, readRows } from "built/serde.js";
import serdeWasm from "built/serde_bg.wasm";
import { clientOf } from "pkg/lib/client.js";
import { Instance, Live } from "pkg/lib/instance.js";
import { SmsHistoryPage } from "pkg/lib/page.js";
import * as coreGlue from "pkg/wasm/core.js";
import coreWasm from "pkg/wasm/core_bg.wasm";

/** The parsers, compiled and instantiated now. */
export function parsers() {
  // By the same wrapper as in the package, whose guard around the exports takes its time as well.
  const { classes } = new Live(benchGlue.instantiate, new WebAssembly.Module(benchWasm));
  initSync({ module: new WebAssembly.Module(serdeWasm) });
  return { readPage: (body) => new SmsHistoryPage(classes.Bench.readPage(body)), readRows };
}

/** The client class as it ships; and the memory of its WebAssembly, once it has been used. */
export function client() {
  let memory;
  const glue = {
    instantiate: (module, guard) =>
      coreGlue.instantiate(module, (exports) => {
        memory = exports.memory;
        return guard(exports);
      }),
  };
  const instance = new Instance(glue, () => new WebAssembly.Module(coreWasm));
  return { SmsHistoryClient: clientOf(instance), memoryBytes: () => memory.buffer.byteLength };
}
