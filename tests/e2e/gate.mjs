// A proxy between the page and the sandbox. It records the requests, and injects failures of the network and the API on
// request of a test.
import { once } from "node:events";
import { createServer, request as forward } from "node:http";

/** Lets pages of any origin read a response. */
const CORS = { "Access-Control-Allow-Origin": "*" };

/** With an icon, so that the browser requests none. */
const BLANK = '<!doctype html><link rel="icon" href="data:," />';

/** The time limit for an expected request. */
const TIMEOUT_MS = 60_000;

export class Gate {
  /** The requests to the API in order, without preflights. @type {{ query: object, headers: object, url: string }[]} */
  requests = [];
  /** The base URL of the API at this proxy. */
  baseUrl = "";
  /** The URL of an empty page whose origin is not the dashboard's. */
  blankPage = "";
  #server = createServer((request, response) => this.#handle(request, response));
  #target;
  #fault;

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
   * Injects a fault into the next responses.
   * @param {(response: import("node:http").ServerResponse, pass: () => void) => void} write
   * @param {number} times the number of responses; by default all until {@link Gate.clear}
   */
  inject(write, times = Number.POSITIVE_INFINITY) {
    this.#fault = { write, times };
  }

  /** Removes the fault. */
  clear() {
    this.#fault = undefined;
  }

  /** Responds in place of the API. */
  respond(body, { status = 200, type = "application/json", times } = {}) {
    this.inject((response) => response.writeHead(status, { ...CORS, "Content-Type": type }).end(body), times);
  }

  /**
   * Closes connections within a response. The page would not notice a connection that closes before its response: the
   * browser repeats such a request.
   */
  truncate(times) {
    this.inject((response) => {
      response.writeHead(200, { ...CORS, "Content-Type": "application/json", "Content-Length": 1_000 });
      response.write('{"result": [', () => response.destroy());
    }, times);
  }

  /** Holds the next request until `release` is called. `held` resolves when the request arrives. */
  holdNext() {
    const received = deferred();
    const released = deferred();
    this.inject(async (_, pass) => {
      received.resolve();
      await released.promise;
      pass();
    }, 1);
    const timer = setTimeout(() => received.reject(new Error("expected a request, got none")), TIMEOUT_MS);
    return { held: received.promise.finally(() => clearTimeout(timer)), release: released.resolve };
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
    const fault = this.#fault;
    if (!fault) return pass();
    fault.times -= 1;
    if (fault.times === 0) this.clear();
    fault.write(response, pass);
  }

  #pass(request, response) {
    // The client may have aborted while the request was held.
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
