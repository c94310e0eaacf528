import { prints } from "../checks.mjs";

export default {
  fast: true,
  title: () => "require() in Node",
  steps: ({ project, expected }) => ({
    "a script reads": () => prints(expected, project, "node", ["main.js"]),
    "a script reads where modules can't be required": () =>
      prints(expected, project, "node", ["--no-experimental-require-module", "main.js"]),
  }),
};
