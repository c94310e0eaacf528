export default {
  fast: true,
  about: (project) => ({ name: "Vitest", version: project.version("vitest") }),
  steps: ({ project }) => ({
    'pain of "Jest and Vitest": tests read, in the environments of Node and jsdom': () =>
      project.run("vitest", ["run"]),
    "the documentation's tests pass": () => {
      project.writeBlocks("docs/testing.md");
      return project.run("vitest", ["run", "inbound", "intercepted"]);
    },
  }),
};
