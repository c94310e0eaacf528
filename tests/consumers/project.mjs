// A consumer's project, installed outside this repository's packages as at its user.
import { execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import getPort, { portNumbers } from "get-port";
import { blocksOf } from "../docs/blocks.mjs";
import { folder, INSTALLED } from "../suite/environment.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The folder of the projects. It is kept between runs, because the installation takes longest. */
const BASE = resolve(process.env.CONSUMERS_DIR ?? join(ROOT, "target/consumers"));
/** The default time limit of a step. */
const LIMIT_MS = 5 * 60_000;

export class Project {
  /**
   * @param {string} name a folder beside this file
   * @param {Record<string, string>} env
   * @param {{ source?: string, keeps?: string[] }} consumer `source`: the folder of the files, if it
   *   is another one; `keeps`: costly results of earlier runs to keep
   */
  constructor(name, env, { source = `tests/consumers/${name}`, keeps = [] } = {}) {
    this.name = name;
    this.source = join(ROOT, source);
    this.keeps = ["node_modules", ...keeps];
    this.path = join(BASE, name);
    this.env = {
      ...process.env,
      ...{ CI: "true", NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
      ...env,
    };
    // Options of the current process must not affect the projects.
    delete this.env.NODE_OPTIONS;
  }

  /** Installs the repository's files, the packages of the lock file, and this package from its tarball. Deletes the rest. */
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
    // Caches of another build of the same version. With npm, tools would notice the changed lock file.
    for (const cache of [".vite", ".cache"])
      rmSync(join(this.path, "node_modules", cache), { recursive: true, force: true });
    cpSync(join(folder, INSTALLED), installed, { recursive: true });
  }

  /** Returns the version of an installed package. */
  version(name) {
    return JSON.parse(text(join(this.path, "node_modules", name, "package.json"))).version;
  }

  /** Runs a command or a tool of the project, and returns its output. */
  run(command, parameters = [], { env = {}, fails = false, limit = LIMIT_MS } = {}) {
    const options = { cwd: this.path, env: { ...this.env, ...env }, timeout: limit, maxBuffer: 1e8 };
    return new Promise((resolve, reject) => {
      execFile(this.#program(command), parameters, options, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        if (Boolean(error) === fails) resolve(fails ? output : stdout);
        else reject(new Error(`${[command, ...parameters].join(" ")}: ${error ?? "succeeded"}\n${output}`));
      });
    });
  }

  /** Starts a server of the project, and waits until it responds. */
  async serve(command, parametersOf, env = {}, port = undefined) {
    port ??= await freePort();
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
        // The whole process group, because some tools start others.
        process.kill(-child.pid, "SIGTERM");
        setTimeout(() => child.exitCode === null && process.kill(-child.pid, "SIGKILL"), 5000).unref();
      });
    process.once(
      "exit",
      () => child.exitCode === null && child.signalCode === null && process.kill(-child.pid, "SIGKILL"),
    );
    // Not 127.0.0.1: Next.js treats it as another machine.
    const origin = `http://localhost:${port}`;
    for (const began = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      if (child.exitCode !== null || Date.now() - began > LIMIT_MS) {
        await stop();
        throw new Error(`${command} does not respond:\n${output}`);
      }
      if (await responds(origin)) return { origin, stop, output: () => output };
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

  /** Writes the code blocks of a page of the documentation that are files of this project, such as `js vitest a.test.js`. */
  writeBlocks(page) {
    const blocks = blocksOf(text(join(ROOT, page))).filter(({ words }) => words[0] === this.name);
    if (blocks.length === 0) throw new Error(`${page}: expected blocks for ${this.name}, got none`);
    for (const { words, code } of blocks) {
      mkdirSync(dirname(join(this.path, words[1])), { recursive: true });
      this.write(words[1], `${code}\n`);
    }
  }

  #program(command) {
    const tool = join(this.path, "node_modules/.bin", command);
    return existsSync(tool) ? tool : command;
  }
}

/** Returns a port below 32768, where systems take the ports of outgoing connections. */
export function freePort() {
  return getPort({ host: "127.0.0.1", port: portNumbers(randomInt(10_000, 29_000), 29_999) });
}

function text(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

async function responds(origin) {
  try {
    await (await fetch(origin, { signal: AbortSignal.timeout(60_000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
