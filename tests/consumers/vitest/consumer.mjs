export default {
  fast: true,
  about: (project) => ({ name: "Vitest", version: project.version("vitest") }),
  steps: ({ project }) => ({
    'pain of "Jest and Vitest": tests read, in the environments of Node and jsdom': () =>
      project.run("vitest", ["run"]),
  }),
};
