// Measures a page through a relay in workerd, compared with direct access: on loopback, and with an API 50 ms away, which a
// browser asks by a preflight before each direct request.
import { createServer, request as forward } from "node:http";
import { accountOf, SmsHistoryClient } from "../tests/soak/lib/client.mjs";
import { startPassthrough, startRelay } from "../tests/soak/lib/relay-worker.mjs";
import { startSandbox } from "../tests/soak/lib/sandbox.mjs";
import { spread } from "./inside/measure.mjs";

const LATENCY_MS = 50;
const QUERY = { count: 1000, toDate: "2026-12-31 00:00:00" };

export async function relay(_, { quick }) {
  process.stderr.write("relay\n");
  const sandbox = await startSandbox({ messages: 5_000 });
  const distant = await startDistantApi(sandbox.url);
  const token = await accountOf(sandbox);
  const [near, floor, far] = await Promise.all([
    startRelay(sandbox),
    startPassthrough({ token: await token.mintToken(), url: sandbox.url }),
    startRelay({ credentials: sandbox.credentials, url: distant.url }),
  ]);
  /** As browsers do without a cached preflight. */
  const afterPreflight = async (url, init) => {
    await (await fetch(url, { method: "OPTIONS", signal: init.signal })).arrayBuffer();
    return fetch(url, init);
  };
  const clients = {
    "direct, loopback": new SmsHistoryClient({ token, baseUrl: sandbox.url }),
    "passthrough, loopback": floor.client(),
    "relay, loopback": near.client(),
    "direct with preflight, 50 ms": new SmsHistoryClient({
      token,
      baseUrl: distant.url,
      fetch: afterPreflight,
    }),
    "relay, 50 ms": far.client(),
  };
  try {
    const times = Object.fromEntries(Object.keys(clients).map((name) => [name, []]));
    const rounds = quick ? 20 : 100;
    // V8 compiles and optimises the code of both programs in the first rounds.
    const warmUp = quick ? 10 : 100;
    for (let round = 0; round < warmUp + rounds; round += 1) {
      for (const [name, client] of Object.entries(clients)) {
        const start = performance.now();
        const page = await client.getSmsHistory(QUERY);
        const end = performance.now();
        if (page.length !== 1000) throw new Error(`${name}: expected 1000 rows, got ${page.length}`);
        if (round >= warmUp) times[name].push((end - start) * 1000);
      }
    }
    return { times: Object.fromEntries(Object.entries(times).map(([name, list]) => [name, spread(list)])) };
  } finally {
    await Promise.all([near.stop(), floor.stop(), far.stop(), sandbox.stop(), distant.stop()]);
  }
}

/** Starts a proxy of an API whose responses begin 50 ms later. */
async function startDistantApi(address) {
  const { origin, pathname } = new URL(address);
  const server = createServer((request, response) => {
    setTimeout(() => {
      const { method, headers, url } = request;
      const passed = forward(origin + url, { method, headers }, (reply) => {
        response.writeHead(reply.statusCode, reply.headers);
        reply.pipe(response);
      });
      passed.on("error", () => response.destroy());
      request.pipe(passed);
    }, LATENCY_MS);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${pathname}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
