// Compares this package with an earlier one on the same input, both through their public interface.

import { SmsHistoryClient as OldClient } from "old/entry/core.inline.js";
import { SmsHistoryClient as NewClient } from "pkg/entry/core.inline.js";
import { body } from "./bodies.mjs";
import { historyFetch } from "./fake-api.mjs";
import { interleavedAsync } from "./measure.mjs";
import { start } from "./start.mjs";

const CLIENTS = { new: NewClient, old: OldClient };
const createClient = (age, fetch) => new CLIENTS[age]({ token: "bench", fetch });

/** Measures calls for one page of 1,000 rows, without and with its rows. `ages` has the packages in the order of their runs. */
async function page({ shape, settings, ages }) {
  const bytes = body(shape, 1000);
  // As the runtime's own fetch responds. The package reads objects that are no Response on a slower path.
  const fetch = async () => new Response(bytes, { headers: { "Content-Type": "application/json" } });
  const runs = {};
  for (const age of ages) {
    const client = createClient(age, fetch);
    runs[`${age} page`] = () => client.getSmsHistory({ count: 1000 });
    runs[`${age} rows`] = async () => (await client.getSmsHistory({ count: 1000 })).toArray();
  }
  return { times: await interleavedAsync(runs, settings) };
}

/** Reads all pages of a history. Returns the number of its rows. */
async function readHistory(age, fetch) {
  let rows = 0;
  for await (const page of createClient(age, fetch).pages()) rows += page.toArray().length;
  return rows;
}

/** Measures the time of a whole history. */
async function history({ rows, settings, ages }) {
  const fetch = historyFetch(rows);
  const runs = {};
  for (const age of ages) {
    const read = await readHistory(age, fetch);
    if (read !== rows) throw new Error(`${age}: expected ${rows} rows, got ${read}`);
    runs[`${age} history`] = () => readHistory(age, fetch);
  }
  return { times: await interleavedAsync(runs, settings) };
}

/** Measures the peak memory of a process that reads one history. Pages are generated on request. */
async function peak({ age, rows }) {
  await readHistory(age, historyFetch(rows, { kept: false }));
  return { peakMb: process.resourceUsage().maxRSS / 1024 };
}

await start({ page, history, peak });
