import { prints } from "../checks.mjs";

export default {
  fast: true,
  about: () => ({ name: "require() in Node", version: process.versions.node, isOurs: false }),
  steps: ({ project, expected }) => ({
    "a script reads": () => prints(expected, project, "node", ["main.js"]),
    "a script reads in a Node that cannot require modules": () =>
      prints(expected, project, "node", ["--no-experimental-require-module", "main.js"]),
  }),
};
