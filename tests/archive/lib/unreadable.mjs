// An API whose older messages cannot be read.
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

/**
 * Forwards requests to an API. The messages until a time have a number of fragments that is not one.
 * @param {string} url the base URL of the API
 * @param {number} until in milliseconds
 */
export async function withUnreadableMessages(url, until) {
  const server = createServer(async (request, response) => {
    const { authorization, "content-type": type } = request.headers;
    const headers = { Authorization: authorization, "Content-Type": type };
    const init = { method: request.method, headers, body: await text(request) };
    const answer = await fetch(url + request.url, init);
    const body = await answer.json();
    for (const row of body.result ?? []) {
      if (Date.parse(`${row.processed_date}Z`) <= until) row.fragments = "three";
    }
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
