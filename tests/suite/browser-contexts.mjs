// The contexts of a browser that run the suite: how each starts, and how it loads the package.

/** The package by the URLs of its modules. */
const FILES = `
  export * as core from "/package/entry/core.web.js";
  export * as edge from "/package/entry/edge.web.js";
`;
/** The package within one script, for a context that cannot import. */
const INLINE = `
  export * as core from "voximplant-sms-history/inline";
  export * as edge from "./entry/edge.inline.js";
`;
const inside = (at) => `
  export * as testing from "${at}/lib/testing/index.js";
  export { createServiceAccountClass } from "${at}/lib/account.js";
  export { createClientClass } from "${at}/lib/client.js";
  export { WasmLoader } from "${at}/lib/wasm-instance.js";
  export * as coreGlue from "${at}/wasm/core.js";
  export * as edgeGlue from "${at}/wasm/edge.js";
`;
const SERVED = FILES + inside("/package");
const RESPOND = `
  const respond = (event) => runHere(event.data).then(
    (report) => event.source ? event.source.postMessage(report) : postMessage(report),
    (error) => event.source ? event.source.postMessage({ error: String(error?.stack ?? error) }) : postMessage({ error: String(error?.stack ?? error) }),
  );
`;
const START = `import { runHere } from "./in-browser.mjs";`;

/**
 * By name: imports of the package (`both`), the script of the context (`script`, an ES module unless `classic`), and the
 * page's expression that runs it (`start`, which uses `settings` and resolves to the report).
 */
export const CONTEXTS = {
  page: {
    both: SERVED,
    script: `${START} globalThis.runHere = runHere;`,
    start: `import("/suite.js").then(() => runHere(settings))`,
  },
  worker: {
    both: SERVED,
    script: `${START} ${RESPOND} addEventListener("message", respond);`,
    start: `new Promise((resolve, reject) => {
      const worker = new Worker("/suite.js", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error("the worker: " + message));
      worker.postMessage(settings);
    })`,
  },
  // A classic script, which every browser accepts. It cannot import, so it contains the package.
  "service worker": {
    both: INLINE + inside("."),
    classic: true,
    script: `${START} ${RESPOND}
      addEventListener("install", () => skipWaiting());
      addEventListener("message", (event) => event.waitUntil(respond(event)));`,
    start: `navigator.serviceWorker.register("/suite.js").then(async (registration) => {
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      if (worker.state !== "activated") await new Promise((resolve) => {
        worker.onstatechange = () => worker.state === "activated" && resolve();
      });
      return new Promise((resolve) => {
        navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
        navigator.serviceWorker.startMessages();
        worker.postMessage(settings);
      });
    })`,
  },
};
