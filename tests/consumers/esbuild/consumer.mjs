import { prints, refusesEdge, STRICT } from "../checks.mjs";
import { served } from "../page.mjs";

const BUILD = ["src/main.js", "--bundle", "--outfile=dist/main.js"];

export default {
  fast: true,
  about: (project) => ({ name: "esbuild, with /inline", version: project.version("esbuild") }),
  steps: ({ project, page, expected }) => ({
    'pain of "CSP": its page reads under a strict policy, without a violation': async () => {
      await project.run("esbuild", BUILD);
      project.copy("index.html", "dist/index.html");
      await page({ folders: served(project, "dist"), headers: STRICT });
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
