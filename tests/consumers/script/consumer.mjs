import { served } from "../page.mjs";

export default {
  fast: true,
  about: () => ({ name: "A page with an import map" }),
  steps: ({ project, page }) => ({
    "the page reads in Chromium": () => page({ folders: served(project) }),
    "the page reads in WebKit": () => page({ folders: served(project), inWebKit: true }),
  }),
};
