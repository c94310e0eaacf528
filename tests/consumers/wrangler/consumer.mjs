import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export default {
  fast: true,
  about: (project) => ({ name: "Wrangler", version: project.version("wrangler") }),
  steps: ({ project, expected }) => ({
    'pain of "fails on Workers": what deploy --dry-run bundles reads': async () => {
      await project.run("wrangler", ["deploy", "--dry-run", "--outdir", "dist"]);
      // The script, which is the main module, before what it imports.
      const names = readdirSync(join(project.path, "dist")).filter((name) => /\.(js|wasm)$/.test(name));
      const { Miniflare } = createRequire(join(project.path, "package.json"))("miniflare");
      const miniflare = new Miniflare({
        cf: false,
        compatibilityDate: "2026-04-01",
        modules: names
          .sort((a) => (a.endsWith(".js") ? -1 : 1))
          .map((name) => ({
            type: name.endsWith(".js") ? "ESModule" : "CompiledWasm",
            path: join(project.path, "dist", name),
          })),
        modulesRoot: join(project.path, "dist"),
        bindings: project.env,
      });
      try {
        assert.equal(await (await miniflare.dispatchFetch("http://worker/")).text(), expected);
      } finally {
        await miniflare.dispose();
      }
    },
    "its development server reads": async () => {
      project.write(
        ".dev.vars",
        `API_URL=${project.env.API_URL}\nVOXIMPLANT_CREDENTIALS='${JSON.stringify(JSON.parse(project.env.VOXIMPLANT_CREDENTIALS))}'\n`,
      );
      const server = await project.serve("wrangler", (port) => ["dev", "--port", port, "--ip", "127.0.0.1"]);
      try {
        assert.equal(await (await fetch(server.origin)).text(), expected, server.told());
      } finally {
        await server.stop();
      }
    },
  }),
};
