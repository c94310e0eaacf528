// The package's parser without a client around it.
import * as glue from "built/bench.js";
import wasm from "built/bench_bg.wasm";
import { SmsHistoryPage } from "pkg/lib/page.js";
import { WasmInstance } from "pkg/lib/wasm-instance.js";

/** Compiles and instantiates the parser. @returns {(body: ArrayBuffer) => SmsHistoryPage} */
export function readPage() {
  // With the package's wrapper of the exports, which takes time as well.
  const { classes } = new WasmInstance(glue.instantiate, new WebAssembly.Module(wasm));
  return (body) => new SmsHistoryPage(classes.Bench.readPage(body));
}
