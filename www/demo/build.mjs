// Builds the page and the Worker.
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The folder of this project, with a slash at its end. */
export const WWW = fileURLToPath(new URL("..", import.meta.url));
/** What wrangler reads. */
export const CONFIG = `${WWW}wrangler.jsonc`;
/** Where the built Worker is. */
export const BUILT_WORKER = `${WWW}.wrangler/worker`;

/** Read by wrangler when it starts: nothing is asked, reported, looked up in the network or written to the home folder. */
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

/** Builds the Worker as `wrangler deploy` does. That takes the built page, which it lists. */
export async function buildWorker() {
  // wrangler's own program would start this one as a child of its own, and leave it behind when it is killed.
  const wrangler = fileURLToPath(import.meta.resolve("wrangler"));
  const words = [
    "--no-warnings",
    wrangler,
    ...["deploy", "--dry-run", "--config", CONFIG, "--outdir", BUILT_WORKER],
  ];
  const child = spawn(process.execPath, words, {
    cwd: WWW,
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const ended = new Promise((resolve, reject) => child.on("error", reject).on("exit", resolve));
  const [code, out, error] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  process.off("exit", end);
  if (code !== 0) throw new Error(`wrangler can't build the Worker:\n${out}${error}`);
}
