// The mock of the vendor's API. Examples call the vendor's real address, and the sandbox answers.
import { createServer } from "node:http";

/** The address that the examples call, because it is the default. */
export const VENDOR = "https://api.voximplant.com/";

/**
 * Forwards every request to the sandbox, and records the exchanges.
 * @param {string} sandboxUrl the sandbox's base URL
 */
export async function startMockApi(sandboxUrl) {
  /** @type {{ method: string, path: string, authorization: string, status: number, body: string }[]} */
  const exchanges = [];
  let pending = 0;
  const server = createServer(async (request, response) => {
    const { method, url: path } = request;
    pending += 1;
    const gone = new AbortController();
    response.on("close", () => {
      pending -= 1;
      gone.abort();
    });
    const authorization = request.headers.authorization ?? "";
    const init = { method, headers: { authorization }, signal: gone.signal };
    try {
      const apiResponse = await fetch(new URL(path, sandboxUrl), init);
      const body = Buffer.from(await apiResponse.arrayBuffer());
      exchanges.push({ method, path, authorization, status: apiResponse.status, body: body.toString() });
      response.writeHead(apiResponse.status, { "content-type": apiResponse.headers.get("content-type") });
      response.end(body);
    } catch {
      response.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    /** Replaces {@link VENDOR}. */
    origin: `http://127.0.0.1:${server.address().port}/`,
    /** The exchanges since the last call. */
    takeExchanges: () => exchanges.splice(0),
    /** The requests that have neither a response nor been aborted. */
    pending: () => pending,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
