import { prints, refusesEdge } from "../checks.mjs";
import { served } from "../page.mjs";

const build = (source, target, plugin = "node-resolve") => [source, "--plugin", plugin, "--file", target];
/** Rollup's plugin uses the condition `browser` only with this option. */
const FOR_PAGES = "node-resolve={browser:true}";

export default {
  fast: true,
  about: (project) => ({ name: "Rollup, with /inline", version: project.version("rollup") }),
  steps: ({ project, page, expected }) => ({
    "its page reads": async () => {
      await project.run("rollup", build("src/main.js", "dist/main.js"));
      project.copy("index.html", "dist/index.html");
      await page({ folders: served(project, "dist") });
    },
    "its script for Node reads": async () => {
      await project.run("rollup", build("src/server.js", "alone/server.js"));
      await prints(expected, project, "node", ["alone/server.js"]);
    },
    "it refuses to put /edge into a page": () =>
      refusesEdge(project, "src/main.js", "rollup", build("src/main.js", "dist/main.js", FOR_PAGES)),
  }),
};
