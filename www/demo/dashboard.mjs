// Builds the page and runs the Worker in workerd on this machine, as `wrangler dev` does.
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const WWW = fileURLToPath(new URL("..", import.meta.url));
const HOST = "127.0.0.1";

/** Vite's build of the page, into www/dist. */
export async function buildPage() {
  const { build } = await import("vite");
  await build({ root: WWW, logLevel: "warn" });
}

/**
 * Starts the Worker with the page that {@link buildPage} made.
 *
 * The credentials go to workerd through a pipe: they are never on a command line, in the environment or in a file.
 * @param {{ credentials: string, baseUrl: string }} settings the text of a credentials.json, and the API's base URL
 */
export async function startDashboard({ credentials, baseUrl }) {
  // Read by wrangler when it is loaded: nothing is asked, reported or looked up in the network.
  Object.assign(process.env, {
    CI: "true",
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
    WRANGLER_WRITE_LOGS: "false",
  });
  const { unstable_startWorker: startWorker } = await import("wrangler");
  const port = await freePort();
  const origin = `http://${HOST}:${port}`;
  const worker = await startWorker({
    config: `${WWW}wrangler.jsonc`,
    // No .env and no .dev.vars: what is set here is all there is.
    envFiles: [],
    bindings: {
      VOXIMPLANT_CREDENTIALS: { type: "secret_text", value: credentials },
      VOXIMPLANT_BASE_URL: { type: "plain_text", value: baseUrl },
      // Other names of this machine, which another page may have pointed here, don't count.
      PAGE_ORIGIN: { type: "plain_text", value: origin },
    },
    dev: {
      server: { hostname: HOST, port },
      inspector: false,
      remote: false,
      persist: false,
      watch: false,
      logLevel: "error",
    },
  });
  await worker.ready;
  return { origin, stop: () => worker.dispose() };
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
 * The text of a credentials.json.
 * @param {string} path
 */
export async function readCredentials(path) {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Error(
      `VOXIMPLANT_CREDENTIALS: ${error.code === "ENOENT" ? "there is no such file" : error.message}`,
    );
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, HOST, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
