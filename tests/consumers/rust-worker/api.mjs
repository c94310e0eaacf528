// What the Worker must answer, worked out from the API's own replies; and an API that tells what was asked of it.
import { createServer } from "node:http";

const PAGE = 1000;
/** The summary of a query by day, page after page. */
export async function summaryOf(ask, query) {
  const rows = [];
  for (let total = 1; rows.length < total; ) {
    const page = await ask(`${query}&count=${PAGE}&offset=${rows.length}`);
    rows.push(...page.result);
    total = page.total_count;
  }
  const byDay = new Map();
  for (const row of rows) {
    const day = row.processed_date?.slice(0, 10) ?? null;
    byDay.set(day, [...(byDay.get(day) ?? []), row]);
  }
  // The rows without a date come last.
  const days = [...byDay].sort(([a], [b]) => ((a ?? "~") < (b ?? "~") ? -1 : 1));
  return { totals: totals(rows), buckets: days.map(([label, of]) => ({ label, ...totals(of) })) };
}

function totals(rows) {
  const fragments = rows.reduce((sum, row) => sum + (row.fragments ?? 0), 0);
  // The sandbox's costs have four decimals.
  const units = rows.reduce((sum, row) => sum + Math.round(Number(row.cost ?? 0) * 10_000), 0);
  return { count: rows.length, fragments, cost: String(units / 10_000) };
}

/**
 * An API at another address, which hands everything on to the sandbox.
 * @param {string} sandbox
 */
export async function watched(sandbox) {
  const api = { tokens: new Set(), requests: 0, answer: undefined };
  const { origin, pathname } = new URL(sandbox);
  const server = createServer(async (request, response) => {
    api.requests += 1;
    api.tokens.add(request.headers.authorization);
    if (api.answer) return api.answer(response);
    const headers = { authorization: request.headers.authorization };
    const reply = await fetch(origin + request.url, { method: request.method, headers });
    response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") });
    response.end(await reply.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(api, {
    url: `http://127.0.0.1:${server.address().port}${pathname}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}
