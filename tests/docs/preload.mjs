// Loaded before an example that runs in Node: its `fetch` reaches the stand-in where it asks for the vendor. For an
// example of a web page, it is what the page's browser does: addresses are read relative to the page, the session's
// cookie goes to the page's own server, and the package's files are served.
import { readFile } from "node:fs/promises";

const { VENDOR, STAND_IN, PAGE, COOKIE } = process.env;
const { fetch } = globalThis;

globalThis.fetch = async (input, init = {}) => {
  const url = new URL(input, PAGE || undefined);
  if (url.protocol === "file:") return new Response(await readFile(url));
  if (url.href.startsWith(VENDOR)) return fetch(url.href.replace(VENDOR, STAND_IN), init);
  if (PAGE && url.origin === new URL(PAGE).origin) {
    return fetch(url, { ...init, headers: { ...init.headers, cookie: COOKIE } });
  }
  throw new TypeError(`an example asked for ${url.origin}`);
};
