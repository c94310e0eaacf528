import { prints, refusesEdge } from "../checks.mjs";
import { served } from "../page.mjs";

const BUILD = ["src/main.js", "--bundle", "--outfile=dist/main.js"];

export default {
  fast: true,
  title: (project) => `esbuild ${project.version("esbuild")}, with /inline`,
  steps: ({ project, page, expected }) => ({
    "its page reads": async () => {
      await project.run("esbuild", BUILD);
      project.copy("index.html", "dist/index.html");
      await page({ folders: served(project, "dist") });
    },
    "its script for Node reads": async () => {
      await project.run("esbuild", [
        "src/server.js",
        "--bundle",
        "--platform=node",
        "--outfile=alone/server.cjs",
      ]);
      await prints(expected, project, "node", ["alone/server.cjs"]);
    },
    "it refuses to put /edge into a page": () => refusesEdge(project, "src/main.js", "esbuild", BUILD),
  }),
};
