/** @type {import("vite").UserConfig} */
export default {
  build: {
    target: "es2022",
    // Every asset is a file of its own: the Content-Security-Policy knows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
};
