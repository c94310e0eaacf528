export default {
  fast: true,
  title: (project) => `Vitest ${project.version("vitest")}`,
  steps: ({ project }) => ({
    "tests read, in Node's environment and in jsdom's": () => project.run("vitest", ["run"]),
  }),
};
