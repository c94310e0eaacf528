export default {
  fast: true,
  title: (project) => `Jest ${project.version("jest")}`,
  steps: ({ project }) => ({
    "tests read, in Node's environment and in jsdom's": () =>
      project.run("jest", ["--ci", "read.test.js", "page.test.js"]),
    "tests that are modules read": () =>
      project.run("jest", ["--ci", "--testMatch", "**/*.test.mjs"], {
        env: { NODE_OPTIONS: "--experimental-vm-modules" },
      }),
  }),
};
