// Loaded before an example that runs in Node. Its `fetch` sends requests for the vendor to the mock API. For an example of a
// web page it also does the browser's part: it resolves relative addresses, sends the session's cookie to the page's own
// server, and serves the package's files.
import { readFile } from "node:fs/promises";

const { VENDOR, MOCK_API, PAGE, COOKIE } = process.env;
const { fetch } = globalThis;
if (PAGE) globalThis.location = new URL(PAGE);

globalThis.fetch = async (input, init = {}) => {
  const url = new URL(input, PAGE || undefined);
  if (url.protocol === "file:") return new Response(await readFile(url));
  if (url.href.startsWith(VENDOR)) return fetch(url.href.replace(VENDOR, MOCK_API), init);
  if (PAGE && url.origin === new URL(PAGE).origin) {
    return fetch(url, { ...init, headers: { ...init.headers, cookie: COOKIE, origin: url.origin } });
  }
  throw new TypeError(`an example asked for ${url.origin}`);
};
