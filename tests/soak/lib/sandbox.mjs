// A sandbox of one's own: started with the options that a scenario needs, asked about what it knows, stopped.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM =
  process.env.SOAK_SANDBOX ?? fileURLToPath(new URL("../../../target/debug/sandbox", import.meta.url));

/**
 * Starts a sandbox on a free port. It runs until {@link Sandbox.stop}.
 * @param {Record<string, string | number | true | string[]>} options as on its command line, without the dashes; `true`
 *   for one without a value
 */
export async function startSandbox(options) {
  const words = Object.entries(options).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => (value === true ? [`--${name}`] : [`--${name}`, String(value)])),
  );
  const child = spawn(PROGRAM, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, "line"), ended.then(() => undefined)]);
  if (!line) throw new Error(`the sandbox did not start with ${words.join(" ")}`);
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
    /** The path of credentials.json. */
    this.credentials = ready.credentials;
    /** The API's base URL over TLS, and the path of the certificate to trust, where it was started with `tls`. */
    this.tlsUrl = ready.tlsUrl;
    this.certificate = ready.certificate;
  }

  /** Where it tells about itself. */
  about(what, query = {}) {
    const url = new URL(`/sandbox/${what}`, this.url);
    url.search = new URLSearchParams(query).toString();
    return url.href;
  }

  /** The ids of the messages that match, ascending. */
  ids = (query) => this.#ask("ids", { query });
  totals = (query) => this.#ask("totals", { query });
  stats = () => this.#ask("stats");
  resetStats = () => this.#ask("stats", { method: "DELETE" });
  faults = () => this.#ask("faults");

  /** @param {(string | object)[]} faults in place of those that there are */
  setFaults = (faults) => this.#ask("faults", { method: "PUT", body: JSON.stringify(faults) });

  /** From now on so many messages are added each second. */
  insertPerSecond = (perSecond) =>
    this.#ask("inserts", { method: "POST", body: JSON.stringify({ perSecond }) });

  async #ask(what, { query, ...init } = {}) {
    const response = await fetch(this.about(what, query), init);
    if (!response.ok)
      throw new Error(`/sandbox/${what} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  async stop() {
    this.#child.kill("SIGTERM");
    await this.#ended;
  }
}
