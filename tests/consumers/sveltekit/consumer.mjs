import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { refusesEdge } from "../checks.mjs";

const VENDOR = fileURLToPath(new URL("../vendor.mjs", import.meta.url));

/** Asserts that the recipe's page reads for its user, refuses others, and reports a wrong parameter. */
async function loads({ origin, output }, expected) {
  const headers = { cookie: "session=signed-in" };
  const ask = async (query, init) => {
    const response = await fetch(`${origin}/messages${query}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const page = await ask("", { headers });
  assert.ok(page.text.includes(`<p id="shown">${expected}</p>`), `${page.text}\n${output()}`);
  assert.equal(page.headers.get("cache-control"), "no-store");
  assert.equal((await ask("?direction=sideways", { headers })).status, 400);
  assert.equal((await ask("", {})).status, 401);
}

export default {
  about: (project) => ({ name: "SvelteKit", version: project.version("@sveltejs/kit") }),
  steps: ({ project, page, expected }) => ({
    'pain of "one target only": its build reads, on the server and in the page': async () => {
      await project.run("vite", ["build"]);
      const server = await project.serve("node", () => ["build/index.js"], { HOST: "127.0.0.1" });
      try {
        await page({ upstream: server.origin });
        await page({ upstream: server.origin, path: "/client" });
      } finally {
        await server.stop();
      }
    },
    "its development server reads": async () => {
      const server = await project.serve("vite", (port) => ["dev", "--port", port, "--host", "127.0.0.1"]);
      try {
        await page({ upstream: server.origin });
        await page({ upstream: server.origin, path: "/client" });
      } finally {
        await server.stop();
      }
    },
    "the recipe's load reads, refuses strangers, and reports errors": async () => {
      project.writeBlocks("docs/recipes/sveltekit.md");
      await project.run("vite", ["build"]);
      const server = await project.serve("node", () => ["--import", VENDOR, "build/index.js"], {
        HOST: "127.0.0.1",
      });
      await loads(server, expected).finally(server.stop);
    },
    "it refuses to put /edge into a page": () =>
      refusesEdge(project, "src/routes/client/+page.svelte", "vite", ["build"]),
  }),
};
