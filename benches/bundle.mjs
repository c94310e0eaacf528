// Bundles the benchmarks into one script for all engines.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * @param {string} built the folder with the WebAssembly that `cargo xtask bench` builds
 * @param {string} [entry]
 * @param {Record<string, string>} [alias] further names of folders
 */
export async function bundle(built, entry = "inside/main.mjs", alias = {}) {
  const outfile = resolve(built, `${entry.replace(/\W+/g, "-")}.mjs`);
  await build({
    entryPoints: [resolve(here, entry)],
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    target: "es2022",
    loader: { ".wasm": "binary" },
    alias: { built: resolve(built), pkg: resolve(here, "../pkg"), ...alias },
    outfile,
    logLevel: "warning",
  });
  return outfile;
}
