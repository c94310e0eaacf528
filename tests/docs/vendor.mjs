// The vendor's API as the examples see it: they call its real address, and the sandbox answers.
import { createServer } from "node:http";

/** The address that the examples call, because it is the default. */
export const VENDOR = "https://api.voximplant.com/";

/**
 * Stands before the sandbox, hands every request on, and keeps the exchanges.
 * @param {string} sandboxUrl the sandbox's base URL
 */
export async function standIn(sandboxUrl) {
  /** @type {{ method: string, path: string, authorization: string, status: number, body: string }[]} */
  const exchanges = [];
  const server = createServer(async (request, response) => {
    const { method, url: path } = request;
    const authorization = request.headers.authorization ?? "";
    const reply = await fetch(new URL(path, sandboxUrl), { method, headers: { authorization } });
    const body = Buffer.from(await reply.arrayBuffer());
    exchanges.push({ method, path, authorization, status: reply.status, body: body.toString() });
    response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    /** In the place of {@link VENDOR}. */
    origin: `http://127.0.0.1:${server.address().port}/`,
    /** The exchanges since the last call. */
    taken: () => exchanges.splice(0),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
