import { served } from "../page.mjs";

export default {
  fast: true,
  about: (_, version) => ({ name: "A page with an import map, in Chromium", version, isOurs: false }),
  steps: ({ project, page }) => ({
    "the page reads": () => page({ folders: served(project) }),
  }),
};
