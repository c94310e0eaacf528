// Bundles the Worker of the tests as wrangler does: WebAssembly stays a module.
import { copyFile, mkdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCE = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Bundles the Worker into a folder. @param {string} folder */
export async function bundleWorker(folder) {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [SOURCE],
    outfile: `${folder}/worker.js`,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "import"],
    external: ["cloudflare:*"],
    logLevel: "error",
    plugins: [
      {
        name: "wasm",
        setup({ onResolve }) {
          onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
            await copyFile(resolve(resolveDir, path), `${folder}/${basename(path)}`);
            return { path: `./${basename(path)}`, external: true };
          });
        },
      },
    ],
  });
}
