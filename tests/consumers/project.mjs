// A consumer's project, set up outside this repository's packages as its user would have it.
import { execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import getPort, { portNumbers } from "get-port";
import { folder, INSTALLED } from "../suite/environment.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Where projects are installed; kept from run to run, because installing takes longest. */
const BASE = resolve(process.env.CONSUMERS_DIR ?? join(ROOT, "target/consumers"));
/** No step takes longer, unless it says so. */
const LIMIT = 5 * 60_000;

export class Project {
  /**
   * @param {string} name a folder beside this file
   * @param {Record<string, string>} env
   * @param {{ source?: string, keeps?: string[] }} consumer `source`: where the files are, from the project's root, if not in
   *   that folder; `keeps`: what earlier runs have made, and what is costly to make again
   */
  constructor(name, env, { source = `tests/consumers/${name}`, keeps = [] } = {}) {
    this.source = join(ROOT, source);
    this.keeps = ["node_modules", ...keeps];
    this.path = join(BASE, name);
    this.env = {
      ...process.env,
      ...{ CI: "true", NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
      ...env,
    };
    // Set by those who run this; no project asks for it.
    delete this.env.NODE_OPTIONS;
  }

  /** The files of the repository, what the lock file names, and this package from its tarball. Nothing else is kept. */
  async install() {
    mkdirSync(this.path, { recursive: true });
    for (const entry of readdirSync(this.path))
      if (!this.keeps.includes(entry)) rmSync(join(this.path, entry), { recursive: true });
    const made = this.keeps.map((entry) => join(this.source, entry));
    cpSync(this.source, this.path, {
      recursive: true,
      filter: (path) => !made.includes(path) && !path.endsWith("consumer.mjs"),
    });
    const [lock, stamp] = ["package-lock.json", "node_modules/.installed"].map((file) =>
      join(this.path, file),
    );
    if (existsSync(lock) && text(lock) !== text(stamp)) {
      await this.run("npm", ["ci", "--no-audit", "--no-fund"]);
      cpSync(lock, stamp);
    }
    const installed = join(this.path, INSTALLED);
    rmSync(installed, { recursive: true, force: true });
    // What tools have made of another build of this version. npm would have written another lock file, by which they notice.
    for (const cache of [".vite", ".cache"])
      rmSync(join(this.path, "node_modules", cache), { recursive: true, force: true });
    cpSync(join(folder, INSTALLED), installed, { recursive: true });
  }

  /** The version of an installed package. */
  version(name) {
    return JSON.parse(text(join(this.path, "node_modules", name, "package.json"))).version;
  }

  /** Runs a command to its end; what it wrote. A tool of the project is named by its command. */
  run(command, parameters = [], { env = {}, fails = false, limit = LIMIT } = {}) {
    const options = { cwd: this.path, env: { ...this.env, ...env }, timeout: limit, maxBuffer: 1e8 };
    return new Promise((resolve, reject) => {
      execFile(this.#program(command), parameters, options, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (Boolean(error) === fails) resolve(fails ? output : stdout);
        else reject(new Error(`${[command, ...parameters].join(" ")}: ${error ?? "succeeded"}\n${output}`));
      });
    });
  }

  /** Starts a server of the project, and waits until it answers. */
  async serve(command, parametersOf, env = {}) {
    // Below 32768, where systems take the ports of outgoing connections.
    const port = await getPort({ host: "127.0.0.1", port: portNumbers(randomInt(10_000, 29_000), 29_999) });
    const options = { cwd: this.path, env: { ...this.env, PORT: String(port), ...env }, detached: true };
    const child = spawn(this.#program(command), parametersOf(String(port)), options);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        output += data;
      });
    const stop = () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", resolve);
        // The whole group: some tools start others.
        process.kill(-child.pid, "SIGTERM");
        setTimeout(() => child.exitCode === null && process.kill(-child.pid, "SIGKILL"), 5000).unref();
      });
    process.once(
      "exit",
      () => child.exitCode === null && child.signalCode === null && process.kill(-child.pid, "SIGKILL"),
    );
    // Not 127.0.0.1, which Next.js takes for another machine.
    const origin = `http://localhost:${port}`;
    for (const began = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      if (child.exitCode !== null || Date.now() - began > LIMIT) {
        await stop();
        throw new Error(`${command} does not serve:\n${output}`);
      }
      if (await answers(origin)) return { origin, stop, told: () => output };
    }
  }

  read(path) {
    return text(join(this.path, path));
  }

  copy(from, to) {
    cpSync(join(this.path, from), join(this.path, to));
  }

  write(path, contents) {
    writeFileSync(join(this.path, path), contents);
  }

  #program(command) {
    const tool = join(this.path, "node_modules/.bin", command);
    return existsSync(tool) ? tool : command;
  }
}

function text(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

async function answers(origin) {
  try {
    await (await fetch(origin, { signal: AbortSignal.timeout(60_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
