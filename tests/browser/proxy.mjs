// A proxy on loopback: one origin for a page, its files and the sandbox, as in a deployment.
import { readFile } from "node:fs/promises";
import { createServer, request as forward } from "node:http";
import { connect } from "node:net";
import { extname, join, normalize } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/**
 * @typedef {(path: string) => undefined | { type: string, body: string | Uint8Array, headers?: Record<string, string> } |
 *   Promise<undefined | { type: string, body: string | Uint8Array, headers?: Record<string, string> }>} Answer
 */

/**
 * @param {{ sandbox: string, relay?: (request: Request) => Promise<Response>, answer?: Answer, folders?: Record<string, string>, upstream?: string, headers?: Record<string, string> }} options
 *   the sandbox's base URL; what responds below /sms/; the function that responds first; folders by the path at which they are served; the origin for
 *   all other requests; headers of all responses except the sandbox's
 * @returns {Promise<{ origin: string, baseUrl: string, close: () => Promise<void> }>} `baseUrl`: the API at this origin
 */
export async function startProxy({
  sandbox,
  relay,
  answer = () => undefined,
  folders = {},
  upstream,
  headers = {},
}) {
  const api = new URL(sandbox);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://proxy");
    if (pathname.startsWith(api.pathname) || pathname.startsWith("/sandbox/"))
      return pass(request, response, api.origin);
    if (relay && pathname.startsWith("/sms/")) return respond(request, response, relay);
    const found = (await answer(pathname)) ?? (await fromFolders(folders, pathname));
    if (found) {
      response.writeHead(200, { "content-type": found.type, ...headers, ...found.headers }).end(found.body);
    } else if (upstream) {
      pass(request, response, upstream);
    } else {
      response.writeHead(404).end(`${pathname}: not found`);
    }
  });
  if (upstream) server.on("upgrade", (...connection) => passSocket(...connection, new URL(upstream)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    baseUrl: origin + api.pathname,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Forwards a request and its response. If one connection breaks, the other is closed. */
function pass(request, response, origin) {
  // No kept connections: browsers repeat a request whose kept connection was reset, and the suite counts requests.
  response.shouldKeepAlive = false;
  const { host, connection, ...headers } = request.headers;
  if (headers.origin) headers.origin = origin;
  const passed = forward(origin + request.url, { method: request.method, headers, agent: false }, (reply) => {
    const { connection: _, ...replied } = reply.headers;
    response.writeHead(reply.statusCode, replied);
    // Sends the headers at once, even if the body is delayed.
    response.flushHeaders();
    reply.on("error", () => request.socket.destroy()).pipe(response);
  });
  passed.on("error", () => request.socket.destroy());
  response.on("close", () => passed.destroy());
  request.pipe(passed);
}

/** Responds with a function of web standards. */
async function respond(request, response, handle) {
  response.shouldKeepAlive = false;
  const controller = new AbortController();
  response.on("close", () => controller.abort());
  const { method, headers, url } = request;
  const body = method === "POST" ? { body: Readable.toWeb(request), duplex: "half" } : {};
  const { signal } = controller;
  const replied = await handle(
    new Request(`http://${headers.host}${url}`, { method, headers, signal, ...body }),
  );
  response.writeHead(replied.status, Object.fromEntries(replied.headers));
  // Fails when the page aborts.
  await pipeline(Readable.fromWeb(replied.body), response).catch(() => request.socket.destroy());
}

/** Forwards a web socket, which the pages of development servers need. */
function passSocket(request, socket, head, { hostname, port, host }) {
  const other = connect(Number(port), hostname, () => {
    const headers = Object.entries({ ...request.headers, host, origin: `http://${host}` });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
    other.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
    other.write(head);
    other.pipe(socket).pipe(other);
  });
  for (const [one, another] of [
    [other, socket],
    [socket, other],
  ])
    one.on("error", () => another.destroy()).on("close", () => another.destroy());
}

async function fromFolders(folders, pathname) {
  for (const [at, folder] of Object.entries(folders)) {
    if (!pathname.startsWith(at)) continue;
    const path = normalize(decodeURIComponent(pathname.slice(at.length))) || "index.html";
    if (path.startsWith("..")) continue;
    const file = path.endsWith("/") || path === "." ? join(path, "index.html") : path;
    const body = await readFile(join(folder, file)).catch(() => undefined);
    if (body) return { type: TYPES[extname(file)] ?? "application/octet-stream", body };
  }
  return undefined;
}
