// A sandbox process with the options that a scenario needs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM =
  process.env.SOAK_SANDBOX ?? fileURLToPath(new URL("../../../target/debug/sandbox", import.meta.url));

/**
 * Starts a sandbox on a free port. It runs until {@link Sandbox.stop}.
 * @param {Record<string, string | number | true | string[]>} options as on its command line, without the dashes; `true`
 *   for an option without a value
 */
export async function startSandbox(options) {
  const parameters = Object.entries(options).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => (value === true ? [`--${name}`] : [`--${name}`, String(value)])),
  );
  const child = spawn(PROGRAM, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, "line"), ended.then(() => undefined)]);
  if (!line) throw new Error(`the sandbox did not start with ${parameters.join(" ")}`);
  return new Sandbox(child, ended, JSON.parse(line[0]));
}

export class Sandbox {
  #child;
  #ended;

  constructor(child, ended, ready) {
    this.#child = child;
    this.#ended = ended;
    /** The API's base URL. */
    this.url = ready.url;
    /** The path of its credentials.json. */
    this.credentials = ready.credentials;
    /** The API's base URL over TLS and the path of the certificate to trust; only with the option `tls`. */
    this.tlsUrl = ready.tlsUrl;
    this.certificate = ready.certificate;
  }

  /** The URL of a resource of its admin API. */
  adminUrl(resource, query = {}) {
    const url = new URL(`/sandbox/${resource}`, this.url);
    url.search = new URLSearchParams(query).toString();
    return url.href;
  }

  /** The ids of the messages that match, ascending. */
  ids = (query) => this.#request("ids", { query });
  totals = (query) => this.#request("totals", { query });
  stats = () => this.#request("stats");
  resetStats = () => this.#request("stats", { method: "DELETE" });
  faults = () => this.#request("faults");

  /** Replaces all faults. @param {(string | object)[]} faults */
  setFaults = (faults) => this.#request("faults", { method: "PUT", body: JSON.stringify(faults) });

  /** Sets how many messages are added each second. */
  insertPerSecond = (perSecond) =>
    this.#request("inserts", { method: "POST", body: JSON.stringify({ perSecond }) });

  /** Adds messages of an age. */
  insert = (count, ageSeconds) =>
    this.#request("messages", {
      method: "POST",
      body: JSON.stringify({ count, age_seconds: Math.round(ageSeconds) }),
    });

  /** Removes messages that match. */
  remove = (count, query) =>
    this.#request("messages", { query, method: "DELETE", body: JSON.stringify({ count }) });

  /** Gives waiting messages that match a final status. */
  settle = (count, query) =>
    this.#request("settle", { query, method: "POST", body: JSON.stringify({ count }) });

  async #request(resource, { query, ...init } = {}) {
    const response = await fetch(this.adminUrl(resource, query), init);
    if (!response.ok)
      throw new Error(
        `/sandbox/${resource}: expected success, got HTTP ${response.status}: ${await response.text()}`,
      );
    return response.json();
  }

  async stop() {
    this.#child.kill("SIGTERM");
    await this.#ended;
  }
}
