import { served } from "../page.mjs";

export default {
  fast: true,
  title: () => "a script of type module and an import map, without a bundler",
  steps: ({ project, page }) => ({
    "the page reads": () => page({ folders: served(project) }),
  }),
};
