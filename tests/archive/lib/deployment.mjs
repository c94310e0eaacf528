// The Worker with a persisted database, in processes that can be killed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundleWorker } from "./bundle.mjs";

const SERVE = fileURLToPath(new URL("serve.mjs", import.meta.url));

export class Deployment {
  #child;
  #folder;
  /** The settings. */
  bindings = {};
  origin = "";

  /**
   * @param {import("../../soak/lib/sandbox.mjs").Sandbox} sandbox
   * @param {Record<string, string>} bindings further settings
   */
  static async start(sandbox, bindings = {}) {
    const deployment = new Deployment();
    deployment.#folder = await mkdtemp(join(tmpdir(), "archive-"));
    deployment.bindings = {
      VOXIMPLANT_CREDENTIALS: await readFile(sandbox.credentials, "utf8"),
      VOXIMPLANT_BASE_URL: sandbox.url,
      ARCHIVE_FROM: "2015-01-01",
      DEMO_SIGN_IN: "on",
      ...bindings,
    };
    await bundleWorker(`${deployment.#folder}/bundle`);
    await deployment.restart();
    return deployment;
  }

  /** Changes settings. */
  set = (bindings) => this.call("settings", bindings);

  /** Starts the processes again. */
  async restart() {
    // A group of its own, which `kill` ends with all its processes.
    const child = spawn(process.execPath, [SERVE], {
      stdio: ["pipe", "inherit", "inherit", "ipc"],
      detached: true,
    });
    this.#child = child;
    const settings = { folder: this.#folder, bundle: `${this.#folder}/bundle`, bindings: this.bindings };
    child.stdin.end(JSON.stringify(settings));
    const exited = once(child, "exit").then(() => {
      throw new Error("the Worker did not start");
    });
    exited.catch(() => {});
    const [{ origin }] = await Promise.race([once(child, "message"), exited]);
    this.origin = origin;
  }

  /** Kills all processes at once. */
  async kill() {
    const exited = once(this.#child, "exit");
    process.kill(-this.#child.pid, "SIGKILL");
    await exited;
  }

  async stop() {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exited;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The instance at work, or `null`. */
  async instance() {
    const [{ instance }] = await this.sql("SELECT instance FROM sync");
    return instance;
  }

  /** Runs the cron trigger at a time. */
  async cron(time) {
    const done = once(this.#child, "message");
    this.#child.send({ scheduled: time });
    await done;
  }

  #fetch(path, { headers, ...init }) {
    // A connection for each request: workerd closes idle ones after 5 s, which a busy test notices too late.
    return fetch(this.origin + path, { ...init, headers: { ...headers, Connection: "close" } });
  }

  /** Sends a request to a route of the tests. */
  async call(route, body) {
    const response = await this.#fetch(`/test/${route}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`/test/${route}: expected success, got ${await response.text()}`);
    return response.json();
  }

  /** Asks a route of the archive, as a role of the demo. Returns the response. */
  ask(route, body, { role = "reader", headers = {} } = {}) {
    return this.#fetch(`/archive/${route}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "Content-Type": "application/json", Cookie: `demo-role=${role}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Asks a route of the archive. Returns the answer. */
  async answer(route, body, options) {
    const response = await this.ask(route, body, options);
    const answer = await response.json();
    if (!response.ok) throw new Error(`/archive/${route}: expected success, got ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Returns the rows of a query. */
  async sql(sql, ...values) {
    return (await this.call("sql", { sql, values })).results;
  }

  /** Starts a run, and waits until it has ended. */
  async run(options = {}) {
    await this.call("start", options);
    await this.idle();
  }

  /** Waits until no run is at work. Returns what the last one read and wrote. Throws if it failed. */
  async outcome(seconds) {
    await this.idle(seconds);
    const [sync] = await this.sql(
      "SELECT rows_read AS rows, rows_written AS written, error, error_at, succeeded_at FROM sync",
    );
    if (sync.error_at > (sync.succeeded_at ?? 0)) throw new Error(`the run failed: ${sync.error}`);
    return sync;
  }

  /** Waits until no run is at work. `onWait` is called in between. */
  async idle(seconds = 300, onWait = async () => {}) {
    const end = Date.now() + seconds * 1000;
    // The instance begins after its creation has been answered.
    await sleep(150);
    for (;;) {
      const [{ instance, error }] = await this.sql("SELECT instance, error FROM sync");
      if (instance === null) return;
      if (Date.now() > end)
        throw new Error(`the run did not end within ${seconds} s; its last error: ${error}`);
      await onWait();
      await sleep(100);
    }
  }
}
