import { refusesEdge } from "../checks.mjs";
import { served } from "../page.mjs";

const BUILD = ["build", "--mode", "production"];

export default {
  about: (project) => ({ name: "webpack", version: project.version("webpack") }),
  steps: ({ project, page }) => ({
    "its page reads": async () => {
      await project.run("webpack", BUILD);
      project.copy("index.html", "dist/index.html");
      await page({ folders: served(project, "dist") });
    },
    "it refuses to put /edge into a page": () => refusesEdge(project, "src/index.js", "webpack", BUILD),
  }),
};
