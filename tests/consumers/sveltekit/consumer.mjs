import { refusesEdge } from "../checks.mjs";

export default {
  about: (project) => ({ name: "SvelteKit", version: project.version("@sveltejs/kit") }),
  steps: ({ project, page }) => ({
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
    "it refuses to put /edge into a page": () =>
      refusesEdge(project, "src/routes/client/+page.svelte", "vite", ["build"]),
  }),
};
