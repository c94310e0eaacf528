export default {
  fast: true,
  about: (project) => ({
    name: "React with TanStack Query",
    version: project.version("@tanstack/react-query"),
  }),
  steps: ({ project }) => ({
    "the recipe's components show pages, histories and errors": () => {
      project.writeBlocks("docs/recipes/tanstack-query.md");
      return project.run("vitest", ["run"]);
    },
  }),
};
