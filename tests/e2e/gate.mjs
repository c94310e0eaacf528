// Stands between the page and the sandbox. It passes everything on as it is and notes what was asked, until a test tells it
// to spoil a reply: the failures of a network and of an API that has a bad day.
import { once } from "node:events";
import { createServer, request as forward } from "node:http";

/** What a page of any origin may read. */
const OPEN = { "Access-Control-Allow-Origin": "*" };

/** Without an icon of its own, the browser would ask for one. */
const BLANK = '<!doctype html><link rel="icon" href="data:," />';

/** How long a request that is expected may take to come. */
const PATIENCE_MS = 20_000;

export class Gate {
  /** The API's requests (not the preflights), in the order in which they came. @type {{ query: object, headers: object, url: string }[]} */
  requests = [];
  /** The API's base URL, seen through the gate. */
  baseUrl = "";
  /** A page of another origin than the dashboard's, with nothing in it. */
  blankPage = "";
  #server = createServer((request, response) => this.#handle(request, response));
  #target;
  #spoiling;

  /** @param {string} sandboxUrl the API's base URL at the sandbox */
  static async open(sandboxUrl) {
    const gate = new Gate();
    gate.#target = new URL(sandboxUrl);
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    const origin = `http://127.0.0.1:${gate.#server.address().port}`;
    gate.baseUrl = `${origin}${gate.#target.pathname}`;
    gate.blankPage = `${origin}/blank`;
    return gate;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The parameters of the last request. */
  get lastQuery() {
    return this.requests.at(-1)?.query;
  }

  /**
   * Spoils replies from now on.
   * @param {(response: import("node:http").ServerResponse, pass: () => void) => void} how
   * @param {number} times how many; all until {@link Gate.heal}, if left out
   */
  spoil(how, times = Number.POSITIVE_INFINITY) {
    this.#spoiling = { how, times };
  }

  /** From now on all is well again. */
  heal() {
    this.#spoiling = undefined;
  }

  /** Answers in the API's place. */
  answer(body, { status = 200, type = "application/json", times } = {}) {
    this.spoil((response) => response.writeHead(status, { ...OPEN, "Content-Type": type }).end(body), times);
  }

  /**
   * Breaks connections in the middle of a reply. (Where one breaks before its reply begins, the page does not get to know:
   * the browser sends such a request once more.)
   */
  drop(times) {
    this.spoil((response) => {
      response.writeHead(200, { ...OPEN, "Content-Type": "application/json", "Content-Length": 1_000 });
      response.write('{"result": [', () => response.destroy());
    }, times);
  }

  /** Holds the next request until `release` is called; `held` resolves when it has come. */
  holdNext() {
    const arrival = deferred();
    const departure = deferred();
    this.spoil(async (_, pass) => {
      arrival.resolve();
      await departure.promise;
      pass();
    }, 1);
    const late = setTimeout(() => arrival.reject(new Error("no request has come")), PATIENCE_MS);
    return { held: arrival.promise.finally(() => clearTimeout(late)), release: departure.resolve };
  }

  #handle(request, response) {
    if (request.url === "/blank") return response.writeHead(200, { "Content-Type": "text/html" }).end(BLANK);
    const pass = () => this.#pass(request, response);
    if (request.method !== "POST") return pass();
    const url = new URL(request.url, this.baseUrl);
    this.requests.push({
      url: request.url,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
    });
    const spoiling = this.#spoiling;
    if (!spoiling) return pass();
    spoiling.times -= 1;
    if (spoiling.times === 0) this.heal();
    spoiling.how(response, pass);
  }

  #pass(request, response) {
    // Whoever asked may have gone away while the request was held.
    if (response.destroyed) return;
    const { method, url: path, headers } = request;
    const { hostname, port } = this.#target;
    const onward = forward({ hostname, port, path, method, headers }, (reply) => {
      response.writeHead(reply.statusCode, reply.headers);
      reply.pipe(response);
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }
}

function deferred() {
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
