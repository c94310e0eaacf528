import { refusesEdge } from "../checks.mjs";
import { served } from "../page.mjs";

const BUILD = ["build", "--mode", "production"];

export default {
  fast: true,
  about: (project) => ({ name: "Rspack", version: project.version("@rspack/core") }),
  steps: ({ project, page }) => ({
    "its page reads": async () => {
      await project.run("rspack", BUILD);
      project.copy("index.html", "dist/index.html");
      await page({ folders: served(project, "dist") });
    },
    "it refuses to put /edge into a page": () => refusesEdge(project, "src/index.js", "rspack", BUILD),
  }),
};
