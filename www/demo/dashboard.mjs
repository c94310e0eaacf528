// Runs the page and its Worker in workerd on this machine, as they would run at Cloudflare.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { BUILT_WORKER, CONFIG, QUIET } from "./build.mjs";
import { freePort } from "./free-port.mjs";

const HOST = "127.0.0.1";
/** workerd that ends at once is waited for without end. */
const LONGEST_START_MS = 60_000;

/**
 * Starts what build.mjs made.
 *
 * The credentials go to workerd through a pipe: they are never on a command line, in the environment or in a file.
 * @param {{ credentials: string, baseUrl: string, pageOrigin?: string }} settings the text of a credentials.json, the
 *   API's base URL, and the origin whose page gets tokens: by default the one at which the page is served
 */
export async function startDashboard({ credentials, baseUrl, pageOrigin }) {
  const port = await freePort(HOST);
  const origin = `http://${HOST}:${port}`;
  const { workerOptions } = await configuration();
  const miniflare = new Miniflare({
    ...workerOptions,
    host: HOST,
    port,
    cf: false,
    modules: true,
    scriptPath: `${BUILT_WORKER}/worker.js`,
    modulesRoot: BUILT_WORKER,
    bindings: {
      ...workerOptions.bindings,
      VOXIMPLANT_CREDENTIALS: credentials,
      VOXIMPLANT_BASE_URL: baseUrl,
      // Other names of this machine, which another page may have pointed here, don't count.
      PAGE_ORIGIN: pageOrigin ?? origin,
    },
  });
  const stop = () => miniflare.dispose();
  await started(miniflare.ready, stop);
  return { origin, stop };
}

async function started(ready, stop) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      // Miniflare, too, waits for it before it stops.
      stop().catch(() => {});
      reject(new Error(`workerd did not start within ${LONGEST_START_MS / 1000} seconds`));
    }, LONGEST_START_MS);
  });
  try {
    await Promise.race([ready, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What wrangler.jsonc says, in Miniflare's words. */
async function configuration() {
  Object.assign(process.env, QUIET);
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  return read(CONFIG);
}

/**
 * Asks the Worker for a token as its own page would.
 * @param {string} origin
 * @returns {Promise<{ token: string, expiresAt: string }>}
 */
export async function askForToken(origin) {
  const response = await fetch(`${origin}/token`, { method: "POST", headers: { Origin: origin } });
  const body = await response.json();
  if (!response.ok)
    throw new Error(`the Worker gave no token: ${body.error?.message ?? `HTTP ${response.status}`}`);
  return body;
}

/**
 * The text of a credentials.json. What is in it is checked by the Worker.
 * @param {string} path
 */
export async function readCredentials(path) {
  const text = await readFile(path, "utf8").catch((error) => {
    const reasons = {
      ENOENT: "there is no such file",
      EISDIR: "this is a folder",
      EACCES: "it may not be read",
    };
    throw new Error(`VOXIMPLANT_CREDENTIALS: ${reasons[error.code] ?? error.message}`);
  });
  if (text.trim() === "") throw new Error("VOXIMPLANT_CREDENTIALS: the file is empty");
  return text;
}
