// 100 pages at 100 ms of latency, over TLS: this package's pages() against the vendor's own client, which can only be
// called for one page after another. Each run is a process of its own; the two take turns.
//
//   node tests/soak/speed.mjs [--rows N]
//
// The vendor's client has to be installed: `npm ci` in tests/soak/vendor, which `cargo xtask soak speed` does.
import { inProcess } from "./lib/child.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(100_000);
const LATENCY_MS = 100;
const CONCURRENCY = 4;
const ROUNDS = 5;
/** As many times faster. */
const WANTED = 3.5;

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
          throw new Error(
            `${name} read ${ids.count} rows, ${ids.distinct} different ones, instead of ${ROWS}`,
          );
        times[name].push(ms);
        if (name === "own") withRows.push(rowsMs);
        progress.show(times.own.length + times.vendor.length, 2 * ROUNDS, "runs");
      }
    }
  } finally {
    await sandbox.stop();
  }
  const [own, vendor] = [median(times.own), median(times.vendor)];
  const made = median(withRows);
  const told =
    `${ROWS / 1_000} pages, all rows by both; vendor's client ${seconds(vendor)}, pages() ${seconds(own)} ` +
    `(medians of ${ROUNDS}): ${(vendor / own).toFixed(2)} times faster, at least ${WANTED} is wanted; with an object ` +
    `made of every row ${seconds(made)}: ${(vendor / made).toFixed(2)} times`;
  if (vendor / own < WANTED) throw new Error(told);
  return told;
});
close();
