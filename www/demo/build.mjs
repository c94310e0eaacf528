// Builds the page and the Worker. As a command, `node demo/build.mjs`, it builds both.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The folder of this project, ending in a slash. */
export const WWW = fileURLToPath(new URL("..", import.meta.url));
/** wrangler's configuration. */
export const CONFIG = `${WWW}wrangler.jsonc`;
/** The folder of the built Worker. */
export const BUILT_WORKER = `${WWW}.wrangler/worker`;

/** Environment of wrangler: it asks nothing, reports nothing, and neither fetches data nor writes to the home folder. */
export const QUIET = {
  CI: "true",
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "false",
  WRANGLER_LOG_PATH: `${WWW}.wrangler/wrangler.log`,
};

/** Builds the page with Vite, into www/dist. */
export async function buildPage() {
  const { build } = await import("vite");
  await build({ root: WWW, logLevel: "warn" });
}

/** Builds the Worker as `wrangler deploy` does. Needs the built page, whose files wrangler lists. */
export async function buildWorker() {
  // Not wrangler's command: it starts this script as a child, which survives when the command is killed.
  const wrangler = fileURLToPath(import.meta.resolve("wrangler"));
  const parameters = [
    "--no-warnings",
    wrangler,
    ...["deploy", "--dry-run", "--config", CONFIG, "--outdir", BUILT_WORKER],
  ];
  const child = spawn(process.execPath, parameters, {
    cwd: WWW,
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = new Promise((resolve, reject) => child.on("error", reject).on("exit", resolve));
  const [code, out, error] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  process.off("exit", kill);
  if (code !== 0) throw new Error(`wrangler failed to build the Worker:\n${out}${error}`);
  if (/WARNING/.test(out + error)) throw new Error(`wrangler warns about the Worker:\n${out}${error}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage();
  await buildWorker();
}
