// The servers of docs/exports.md, each in its runtime.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import getPort from "get-port";
import { COMPATIBILITY_DATES } from "../suite/bundle.mjs";
import { credentialsFile as credentials, folder } from "../suite/environment.mjs";
import { VENDOR } from "./mock-api.mjs";
import { LOGIN, startWorker } from "./worker.mjs";

const PRELOAD = fileURLToPath(new URL("preload.mjs", import.meta.url));
const TIMEOUT_MS = 30_000;

const runtime = (name) => fileURLToPath(new URL(`../runtimes/node_modules/.bin/${name}`, import.meta.url));

/**
 * By the words after a block's fence: the runtimes of that server. Each starts it and returns its address.
 * @type {Record<string, Record<string, (code: string, mockApi: { origin: string }) => Promise<{ origin: string, stop: () => unknown, printed?: () => string }>>>}
 */
export const servers = {
  "js export worker": Object.fromEntries(
    COMPATIBILITY_DATES.map((compatibilityDate) => [
      `workerd ${compatibilityDate}`,
      (code, mockApi) => startWorker(code, { mockApi, credentials, compatibilityDate }),
    ]),
  ),
  "js export node": {
    "this machine's Node": (code, mockApi) =>
      startProgram(code, mockApi, process.execPath, () => ["--import", PRELOAD, "example.mjs"]),
    "the newest Node": (code, mockApi) =>
      startProgram(code, mockApi, runtime("node"), () => ["--import", PRELOAD, "example.mjs"]),
  },
  "js export server": {
    Deno: (code, mockApi) =>
      startProgram(code, mockApi, runtime("deno"), (port) => [
        ...["serve", "--quiet", "--allow-all", "--host", "127.0.0.1", "--port", `${port}`],
        // `deno serve` ignores `--preload`.
        "preloaded.mjs",
      ]),
    Bun: (code, mockApi) =>
      startProgram(code, mockApi, runtime("bun"), () => ["--preload", PRELOAD, "example.mjs"]),
  },
};

/** Starts a server that listens on PORT, and returns its address. */
export async function startProgram(code, mockApi, program, parameters) {
  const path = mkdtempSync(join(folder, "server-"));
  writeFileSync(join(path, "example.mjs"), code);
  writeFileSync(
    join(path, "preloaded.mjs"),
    `import "${PRELOAD}";\nexport { default } from "./example.mjs";\n`,
  );
  writeFileSync(join(path, "login.js"), LOGIN);
  copyFileSync(credentials, join(path, "credentials.json"));
  const port = await getPort({ host: "127.0.0.1" });
  const child = spawn(program, parameters(port), {
    cwd: path,
    env: {
      ...process.env,
      VENDOR,
      MOCK_API: mockApi.origin,
      PAGE: "",
      COOKIE: "",
      PORT: `${port}`,
      PUBLIC_ORIGIN: `http://127.0.0.1:${port}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const output of [child.stdout, child.stderr]) output.on("data", (data) => (printed += data));
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill();
      await once(child, "exit");
    }
    rmSync(path, { recursive: true });
  };
  const origin = `http://127.0.0.1:${port}/`;
  for (const began = Date.now(); ; await delay(20)) {
    if (await fetch(origin).catch(() => undefined)) return { origin, stop, printed: () => printed };
    if (child.exitCode === null && Date.now() - began < TIMEOUT_MS) continue;
    await stop();
    throw new Error(`${program} does not answer:\n${printed}`);
  }
}
