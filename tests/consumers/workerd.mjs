// A consumer's Worker in workerd, as `wrangler deploy --dry-run` bundles it.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Bundles a project's Worker into its folder `dist`. `entry`: its file, if it is not the one of the configuration. */
export function bundle(project, { entry, ...options } = {}) {
  // The bundle of another entry would be loaded as well.
  rmSync(join(project.path, "dist"), { recursive: true, force: true });
  const parameters = ["deploy", ...(entry ? [entry] : []), "--dry-run", "--outdir", "dist"];
  return project.run("wrangler", parameters, options);
}

/**
 * Starts the bundled Worker.
 * @param {import("./project.mjs").Project} project
 * @param {{ bindings?: Record<string, string>, change?: (wasm: Uint8Array) => Uint8Array, outbound?: Function }} options
 *   `change`: modifies the WebAssembly; `outbound`: answers the Worker's requests
 */
export function start(project, { bindings = project.env, change = (wasm) => wasm, outbound } = {}) {
  const { Miniflare } = createRequire(join(project.path, "package.json"))("miniflare");
  const dist = join(project.path, "dist");
  // The main module comes before its imports.
  const names = readdirSync(dist).filter((name) => /\.(js|wasm)$/.test(name));
  const modules = names
    .sort((a) => (a.endsWith(".js") ? -1 : 1))
    .map((name) => {
      const [path, contents] = [join(dist, name), readFileSync(join(dist, name))];
      return name.endsWith(".js")
        ? { type: "ESModule", path, contents: contents.toString() }
        : { type: "CompiledWasm", path, contents: change(contents) };
    });
  return new Miniflare({
    cf: false,
    compatibilityDate: "2026-04-01",
    modules,
    modulesRoot: dist,
    bindings,
    ...(outbound && { outboundService: outbound }),
  });
}
