// Compares pages() with the vendor's own client by 100 pages at 100 ms of latency over TLS. The vendor's client can only
// request one page after another. Each run is a process of its own, and the two alternate.
//
//   node tests/soak/speed.mjs [--rows N]
//
// Needs the vendor's client: `npm ci` in tests/soak/vendor, which `cargo xtask soak speed` does.
import { inProcess } from "./lib/child.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(100_000);
const LATENCY_MS = 100;
const CONCURRENCY = 4;
const ROUNDS = 5;
/** The minimum ratio of the times. */
const MIN_RATIO = 3.5;

const READERS = {
  own: new URL("./lib/read-own.mjs", import.meta.url),
  vendor: new URL("./vendor/read.mjs", import.meta.url),
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

await check("speed: pages() against the vendor's client in a loop", async (progress) => {
  const sandbox = await startSandbox({ messages: ROWS, "latency-ms": LATENCY_MS, tls: true });
  const { tlsUrl: url, credentials, certificate } = sandbox;
  const task = { url, credentials, concurrency: CONCURRENCY };
  const times = { own: [], vendor: [] };
  const withRows = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, script] of Object.entries(READERS)) {
        const env = { NODE_EXTRA_CA_CERTS: certificate };
        const { ms, rowsMs, ids } = await within(300, (signal) => inProcess(script, { task, env, signal }));
        if (ids.count !== ROWS || ids.distinct !== ROWS)
          throw new Error(`${name} read ${ids.count} rows, ${ids.distinct} different ones, expected ${ROWS}`);
        times[name].push(ms);
        if (name === "own") withRows.push(rowsMs);
        progress.show(times.own.length + times.vendor.length, 2 * ROUNDS, "runs");
      }
    }
  } finally {
    await sandbox.stop();
  }
  const [own, vendor] = [median(times.own), median(times.vendor)];
  const medianWithRows = median(withRows);
  const text =
    `${ROWS / 1_000} pages, all rows by both; vendor's client ${seconds(vendor)}, pages() ${seconds(own)} ` +
    `(medians of ${ROUNDS}): ${(vendor / own).toFixed(2)} times faster, expected at least ${MIN_RATIO}; with an object ` +
    `for every row ${seconds(medianWithRows)}: ${(vendor / medianWithRows).toFixed(2)} times`;
  if (vendor / own < MIN_RATIO) throw new Error(text);
  return text;
});
close();
