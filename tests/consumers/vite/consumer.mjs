import { refusesEdge } from "../checks.mjs";
import { served } from "../page.mjs";

/** A policy of the documentation. */
const policy = (project, name) => ({ "content-security-policy": project.read(`${name}.csp`).trim() });

export default {
  fast: true,
  about: (project) => ({ name: "Vite", version: project.version("vite") }),
  steps: ({ project, page }) => ({
    'pain of "Vite plugins": its build\'s page reads': async () => {
      project.writeBlocks("docs/loading.md");
      await project.run("vite", ["build"]);
      await page({ folders: served(project, "dist") });
    },
    'pain of "CSP": its build\'s page reads under a strict policy, without a violation': () =>
      page({
        folders: served(project, "dist"),
        headers: policy(project, "relay"),
      }),
    "its build's page reads under the documentation's policy for the API": () =>
      page({ folders: served(project, "dist"), headers: policy(project, "direct") }),
    "its build's page reads in WebKit, under a strict policy": () =>
      page({ folders: served(project, "dist"), headers: policy(project, "relay"), inWebKit: true }),
    "its development server's page reads": async () => {
      const server = await project.serve("vite", (port) => ["--port", port, "--host", "127.0.0.1"]);
      await page({ upstream: server.origin }).finally(server.stop);
    },
    "it refuses to put /edge into a page": () => refusesEdge(project, "src/main.js", "vite", ["build"]),
  }),
};
