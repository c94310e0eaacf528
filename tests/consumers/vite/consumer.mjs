import { refusesEdge } from "../checks.mjs";
import { served } from "../page.mjs";

export default {
  fast: true,
  title: (project) => `Vite ${project.version("vite")}`,
  steps: ({ project, page }) => ({
    "its build's page reads": async () => {
      await project.run("vite", ["build"]);
      await page({ folders: served(project, "dist") });
    },
    "its build's page reads under a strict Content-Security-Policy, without a violation": () =>
      page({
        folders: served(project, "dist"),
        headers: { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
      }),
    "its development server's page reads": async () => {
      const server = await project.serve("vite", (port) => ["--port", port, "--host", "127.0.0.1"]);
      await page({ upstream: server.origin }).finally(server.stop);
    },
    "it refuses to put /edge into a page": () => refusesEdge(project, "src/main.js", "vite", ["build"]),
  }),
};
