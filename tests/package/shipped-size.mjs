// The bytes that a user of the package downloads, per entry point: the file that esbuild makes of the entry, minified, and
// the WebAssembly beside it, each after brotli at its best quality. Run as a program, prints them as JSON.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const pkg = new URL("../../pkg/", import.meta.url);

const ENTRIES = { core: "entry/core.workerd.js", edge: "entry/edge.workerd.js" };

/** @param {Uint8Array} bytes */
const brotliSize = (bytes) => brotliCompressSync(bytes).length;

/** @returns {Promise<Record<"core" | "edge", { script: number, wasm: number }>>} */
export async function shippedSizes() {
  const sizes = Object.entries(ENTRIES).map(async ([name, entry]) => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(entry, pkg))],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "neutral",
      external: ["*.wasm"],
      logLevel: "error",
    });
    const wasm = readFileSync(new URL(`wasm/${name}_bg.wasm`, pkg));
    return [name, { script: brotliSize(outputFiles[0].contents), wasm: brotliSize(wasm) }];
  });
  return Object.fromEntries(await Promise.all(sizes));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await shippedSizes()));
