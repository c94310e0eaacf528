export default {
  about: (project) => ({ name: "Jest", version: project.version("jest") }),
  steps: ({ project }) => ({
    'pain of "Jest and Vitest": tests read, in the environments of Node and jsdom': () =>
      project.run("jest", ["--ci", "read.test.js", "page.test.js"]),
    "the documentation's tests pass": () => {
      project.writeBlocks("docs/testing.md");
      return project.run("jest", ["--ci", "inbound.test.js"]);
    },
    "tests that are ES modules read": () =>
      project.run("jest", ["--ci", "--testMatch", "**/*.test.mjs"], {
        env: { NODE_OPTIONS: "--experimental-vm-modules" },
      }),
  }),
};
