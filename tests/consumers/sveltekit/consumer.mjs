import { refusesEdge } from "../checks.mjs";

export default {
  title: (project) => `SvelteKit ${project.version("@sveltejs/kit")}`,
  steps: ({ project, page }) => ({
    "it builds; server's and page's own code read": async () => {
      await project.run("vite", ["build"]);
      const server = await project.serve("node", () => ["build/index.js"], { HOST: "127.0.0.1" });
      try {
        await page({ upstream: server.origin });
        await page({ upstream: server.origin, path: "/client" });
      } finally {
        await server.stop();
      }
    },
    "its development server's read, too": async () => {
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
