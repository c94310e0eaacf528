import { basename } from "node:path";
import { build } from "esbuild";

/** The compatibility dates of the tested Workers: an old one, and the newest that the installed workerd supports. */
export const COMPATIBILITY_DATES = ["2024-09-01", "2026-04-01"];

/**
 * Bundles a Worker's source as wrangler does: with the condition `workerd`, and with wasm files beside the script.
 * @param {{ source: string, folder: string, packageFolder: string }} options the module's text, the folder from
 *   which its imports are resolved, and the folder in which this package is installed
 * @returns {Promise<{ script: string, wasm: { name: string, path: string }[] }>}
 */
export async function bundle({ source, folder, packageFolder }) {
  const wasm = new Map();
  const result = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
    logLevel: "error",
    plugins: [
      {
        name: "wasm-beside",
        setup({ onResolve, resolve }) {
          onResolve({ filter: /^voximplant-sms-history/ }, ({ path, kind, pluginData }) =>
            pluginData === "own"
              ? undefined
              : resolve(path, { kind, resolveDir: packageFolder, pluginData: "own" }),
          );
          onResolve({ filter: /\.wasm$/ }, async ({ path, kind, resolveDir, pluginData }) => {
            if (pluginData === "wasm") return undefined;
            const found = await resolve(path, { kind, resolveDir, pluginData: "wasm" });
            const name = `./${basename(found.path)}`;
            wasm.set(name, found.path);
            return { path: name, external: true };
          });
        },
      },
    ],
  });
  return {
    script: result.outputFiles[0].text,
    wasm: [...wasm].map(([name, path]) => ({ name: name.slice(2), path })),
  };
}
