// Runs the page and its Worker in workerd on this machine, as they run at Cloudflare.
import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import getPort, { portNumbers } from "get-port";
import { Miniflare } from "miniflare";
import { migrate } from "./archive.mjs";
import { BUILT_WORKER, CONFIG, QUIET } from "./build.mjs";

const HOST = "127.0.0.1";
/** Miniflare never stops waiting for a workerd that exits at its start. */
const START_TIMEOUT_MS = 60_000;

/**
 * Starts the page and the Worker that build.mjs built. Readers sign in by the demo's sign-in.
 *
 * workerd gets the credentials through a pipe. They are never on a command line, in the environment or in a file.
 * @param {{ credentials: string, baseUrl: string, settings?: Record<string, string>, port?: number }} options the text of a
 *   credentials.json, the API's base URL, further settings of the Worker, and a port, by default a free one
 */
export async function startDashboard({ credentials, baseUrl, settings = {}, port: wanted }) {
  // Below 32768, where systems take the ports of outgoing connections, and random, because another demo may start. Above
  // 10080, which browsers block.
  const port =
    wanted ?? (await getPort({ host: HOST, port: portNumbers(randomInt(10_081, 29_000), 29_999) }));
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
      DEMO_SIGN_IN: "on",
      ...settings,
    },
  });
  const stop = () => miniflare.dispose();
  await waitForStart(miniflare.ready, stop);
  if (settings.ARCHIVE_FROM) await migrate(await miniflare.getD1Database("ARCHIVE"));
  return { origin, stop };
}

async function waitForStart(ready, stop) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => {
      // Not awaited: Miniflare waits for the start before it stops.
      stop().catch(() => {});
      reject(new Error(`workerd did not start within ${START_TIMEOUT_MS / 1000} seconds`));
    }, START_TIMEOUT_MS);
  });
  try {
    await Promise.race([ready, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** The settings of wrangler.jsonc as Miniflare's options. */
async function configuration() {
  Object.assign(process.env, QUIET);
  const { unstable_getMiniflareWorkerOptions: read } = await import("wrangler");
  return read(CONFIG);
}

/**
 * Signs in as a reader of the demo.
 * @param {string} origin
 * @param {"reader" | "masked"} role
 * @returns {Promise<typeof fetch>} requests the Worker as its page does
 */
export async function signIn(origin, role) {
  const response = await fetch(`${origin}/auth/demo/${role}`, { method: "POST", redirect: "manual" });
  const [cookie] = (response.headers.get("Set-Cookie") ?? "").split(";");
  if (response.status !== 303 || !cookie)
    throw new Error(`the demo's sign-in: expected HTTP 303, got HTTP ${response.status}`);
  return (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, Cookie: cookie, Origin: origin } });
}

/**
 * Reads the text of a credentials.json. The Worker validates its contents.
 * @param {string} path
 */
export async function readCredentials(path) {
  const text = await readFile(path, "utf8").catch((error) => {
    const reasons = {
      ENOENT: "no such file",
      EISDIR: "expected a file, got a folder",
      EACCES: "no permission to read the file",
    };
    throw new Error(`VOXIMPLANT_CREDENTIALS: ${reasons[error.code] ?? error.message}`);
  });
  if (text.trim() === "")
    throw new Error("VOXIMPLANT_CREDENTIALS: expected a credentials.json, got an empty file");
  return text;
}
