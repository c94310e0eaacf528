import assert from "node:assert/strict";
import { bundle, start } from "../workerd.mjs";

export default {
  fast: true,
  about: (project) => ({ name: "Wrangler", version: project.version("wrangler") }),
  steps: ({ project, expected }) => ({
    'pain of "fails on Workers": the bundle of deploy --dry-run reads': async () => {
      await bundle(project);
      const miniflare = start(project);
      try {
        assert.equal(await (await miniflare.dispatchFetch("http://worker/")).text(), expected);
      } finally {
        await miniflare.dispose();
      }
    },
    "its development server reads": async () => {
      project.writeBlocks("docs/recipes/wrangler-dev.md");
      project.write("credentials.json", project.env.VOXIMPLANT_CREDENTIALS);
      await project.run("sh", ["dev-vars.sh"]);
      project.write(".dev.vars", `${project.read(".dev.vars")}API_URL=${project.env.API_URL}\n`);
      const server = await project.serve("wrangler", (port) => ["dev", "--port", port, "--ip", "127.0.0.1"]);
      try {
        assert.equal(await (await fetch(server.origin)).text(), expected, server.output());
      } finally {
        await server.stop();
      }
    },
  }),
};
