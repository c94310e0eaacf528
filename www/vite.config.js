/**
 * Lets browsers load the WebAssembly beside the script, instead of after it.
 * @returns {import("vite").Plugin}
 */
function preloadWasm() {
  return {
    name: "preload-wasm",
    enforce: "post",
    generateBundle(_, bundle) {
      const wasm = Object.keys(bundle).find((file) => file.endsWith(".wasm"));
      const html = bundle["index.html"];
      if (!wasm || html?.type !== "asset") this.error("expected index.html and a file of WebAssembly");
      const link = `<link rel="preload" href="/${wasm}" as="fetch" type="application/wasm" crossorigin />`;
      html.source = String(html.source).replace("</title>", `</title>\n    ${link}`);
    },
  };
}

/** @type {import("vite").UserConfig} */
export default {
  plugins: [preloadWasm()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // Every asset is a file of its own: the Content-Security-Policy knows no data: URLs.
    assetsInlineLimit: 0,
    // Without its script: preloading would help only a dialog that opens in the first seconds, before the other views have loaded.
    modulePreload: false,
    // One chunk for what every view needs, and one for the views that load later. More and smaller ones compress worse.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "page", tags: ["$initial"] },
            { name: "views", test: /page.(views|message-list|window-list)/ },
          ],
        },
      },
    },
  },
};
