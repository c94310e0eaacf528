// Examples that are Workers: bundled as wrangler does, run in workerd.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { bundle } from "../suite/bundle.mjs";
import { folder } from "../suite/environment.mjs";
import { VENDOR } from "./mock-api.mjs";

/** The session of a reader who is signed in, for the sign-in check that the example leaves to its reader. */
export const COOKIE = "session=signed-in";

/** That check, for requests of the web and of Node. */
export const LOGIN = `export const isSignedIn = async ({ headers }) =>
  (headers.get?.("cookie") ?? headers.cookie) === "${COOKIE}";`;

/**
 * Starts a Worker from its code.
 * @param {string} code
 * @param {{ mockApi: { origin: string }, credentials: string, compatibilityDate: string }} options
 */
export async function startWorker(code, { mockApi, credentials, compatibilityDate }) {
  const path = mkdtempSync(join(folder, "worker-"));
  let bundled;
  try {
    writeFileSync(join(path, "login.js"), LOGIN);
    bundled = await bundle({ source: code, folder: path, packageFolder: folder });
  } finally {
    rmSync(path, { recursive: true });
  }
  const miniflare = new Miniflare({
    cf: false,
    compatibilityDate,
    modules: [
      { type: "ESModule", path: "worker.mjs", contents: bundled.script },
      ...bundled.wasm.map(({ name, path }) => ({
        type: "CompiledWasm",
        path: name,
        contents: readFileSync(path),
      })),
    ],
    bindings: { VOXIMPLANT_CREDENTIALS: readFileSync(credentials, "utf8") },
    outboundService: (request) => {
      if (!request.url.startsWith(VENDOR)) throw new Error("the Worker asked for another address");
      const { method, headers } = request;
      return fetch(request.url.replace(VENDOR, mockApi.origin), { method, headers: [...headers] });
    },
  });
  return { origin: (await miniflare.ready).href, stop: () => miniflare.dispose() };
}
