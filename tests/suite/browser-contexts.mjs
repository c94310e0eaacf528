// The places of a browser in which the suite is run: how each is begun, and how the package gets there.

/** The package as it is served, by the addresses of its modules. */
const FILES = `
  export * as core from "/package/entry/core.web.js";
  export * as edge from "/package/entry/edge.web.js";
`;
/** The package inside one script, for a place that loads nothing. */
const INLINE = `
  export * as core from "voximplant-sms-history/inline";
  export * as edge from "./entry/edge.inline.js";
`;
const inside = (at) => `
  export { createServiceAccountClass } from "${at}/lib/account.js";
  export { createClientClass } from "${at}/lib/client.js";
  export { WasmLoader } from "${at}/lib/wasm-instance.js";
  export * as coreGlue from "${at}/wasm/core.js";
  export * as edgeGlue from "${at}/wasm/edge.js";
`;
const SERVED = FILES + inside("/package");
const ANSWER = `
  const answer = (event) => runHere(event.data).then(
    (report) => event.source ? event.source.postMessage(report) : postMessage(report),
    (error) => event.source ? event.source.postMessage({ error: String(error?.stack ?? error) }) : postMessage({ error: String(error?.stack ?? error) }),
  );
`;
const START = `import { runHere } from "./in-browser.mjs";`;

/**
 * By name: the package (`both`), the script of the place (`script`, an ES module unless `classic`), and what the page does
 * to run it (`begin`, which sees `told`, and resolves to the report).
 */
export const PLACES = {
  page: {
    both: SERVED,
    script: `${START} globalThis.runHere = runHere;`,
    begin: `import("/suite.js").then(() => runHere(told))`,
  },
  worker: {
    both: SERVED,
    script: `${START} ${ANSWER} addEventListener("message", answer);`,
    begin: `new Promise((resolve, reject) => {
      const worker = new Worker("/suite.js", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error("the worker: " + message));
      worker.postMessage(told);
    })`,
  },
  // A classic script, which every browser takes: it can import nothing, so the package is inside.
  "service worker": {
    both: INLINE + inside("."),
    classic: true,
    script: `${START} ${ANSWER}
      addEventListener("install", () => skipWaiting());
      addEventListener("message", (event) => event.waitUntil(answer(event)));`,
    begin: `navigator.serviceWorker.register("/suite.js").then(async (registration) => {
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      if (worker.state !== "activated") await new Promise((resolve) => {
        worker.onstatechange = () => worker.state === "activated" && resolve();
      });
      return new Promise((resolve) => {
        navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
        navigator.serviceWorker.startMessages();
        worker.postMessage(told);
      });
    })`,
  },
};
