// Measures the start of the core's WebAssembly in a fresh process: `wasm.mjs <glue> <wasm file>` prints milliseconds.
import { readFileSync } from "node:fs";

const [glue, file] = process.argv.slice(2);
const { instantiate } = await import(glue);
const bytes = readFileSync(file);
const began = performance.now();
const module = await WebAssembly.compile(bytes);
const compiled = performance.now();
// As in the package: with the glue's imports and the start function.
const { SmsHistoryClient } = instantiate(module, globalThis);
const instantiated = performance.now();
const client = new SmsHistoryClient({ token: "bench" });
const constructed = performance.now();
if (!client) throw new Error("no client");
console.log(
  JSON.stringify({
    compile: compiled - began,
    instantiate: instantiated - compiled,
    "first client": constructed - instantiated,
  }),
);
