// The jobs of an engine. Each returns plain data.

import { contenders, decoder, parse, parseOfText } from "./baselines.mjs";
import { body } from "./bodies.mjs";
import { answer, historyFetch } from "./fake-api.mjs";
import { summary } from "./loops.mjs";
import { messages } from "./mapping.mjs";
import { interleaved, interleavedAsync, now, spread } from "./measure.mjs";
import { client, parsers } from "./package.mjs";

const TOKEN = "bench";
const spreads = (times) => Object.fromEntries(Object.entries(times).map(([name, of]) => [name, spread(of)]));

/** Measures pages of one shape and size with the named contenders or all. */
function pages({ shape, rows, names, settings }) {
  const bytes = body(shape, rows);
  const all = contenders(parsers());
  const runs = {};
  for (const name of names ?? Object.keys(all)) runs[name] = () => all[name](bytes);
  const decoded = decoder.decode(bytes);
  runs[parseOfText] = () => JSON.parse(decoded);
  check(all, bytes);
  return { bytes: bytes.byteLength, times: spreads(interleaved(runs, settings)) };
}

/** Asserts that the contenders return the same rows, without which their times are not comparable. */
function check(all, bytes) {
  const [ours, mapped] = [all["our rows"](bytes), all["JSON.parse + mapping"](bytes)];
  for (const name of ["JSON.parse + zod", "JSON.parse + valibot", "serde_json + serde-wasm-bindgen"]) {
    if (JSON.stringify(all[name](bytes)) !== JSON.stringify(mapped)) throw new Error(`${name} differs`);
  }
  if (JSON.stringify(ours) !== JSON.stringify(mapped))
    throw new Error("our rows differ from the mapped ones");
}

/** Measures the first run of each contender in a fresh engine, and loading the WebAssembly. */
function cold({ shape, rows, turn }) {
  const bytes = body(shape, rows);
  const start = now();
  const wasm = parsers();
  const times = { "compile and instantiate (both)": (now() - start) * 1000 };
  const all = Object.entries(contenders(wasm));
  for (let at = 0; at < all.length; at += 1) {
    const [name, run] = all[(at + turn) % all.length];
    const begin = now();
    run(bytes);
    times[name] = (now() - begin) * 1000;
  }
  return { times };
}

/** Measures whole calls with a fetch that responds at once. */
async function calls({ shape, rows, settings }) {
  const bytes = body(shape, rows);
  const fetch = () => Promise.resolve(answer(bytes));
  const { SmsHistoryClient } = client();
  const ours = new SmsHistoryClient({ token: TOKEN, fetch });
  const url = "https://api.voximplant.com/platform_api/GetSmsHistory?count=1000";
  const byHand = async () => {
    const response = await fetch(url, { method: "POST", headers: { Authorization: `Bearer ${TOKEN}` } });
    if (response.status !== 200) throw new Error("status");
    return messages(parse(await response.arrayBuffer()));
  };
  const runs = {
    "our call, rows": async () => (await ours.getSmsHistory({ count: 1000 })).toArray(),
    "our call, page": () => ours.getSmsHistory({ count: 1000 }),
    "fetch + JSON.parse + mapping": byHand,
  };
  return { bytes: bytes.byteLength, times: spreads(await interleavedAsync(runs, settings)) };
}

/** Measures the summary of a history. */
async function summaries({ rows, settings }) {
  const fetch = historyFetch(rows);
  const { SmsHistoryClient } = client();
  const ours = new SmsHistoryClient({ token: TOKEN, fetch });
  const [one, other] = [await ours.summarize(), await summary(fetch)];
  const cost = Math.abs(Number(one.totals.cost) - other.totals.cost);
  if (one.totals.count !== rows || other.totals.count !== rows || cost > 1e-6)
    throw new Error("summaries differ");
  const runs = { "our summary": () => ours.summarize(), "JSON.parse + reduce": () => summary(fetch) };
  return { times: spreads(await interleavedAsync(runs, settings)) };
}

/** Measures the WebAssembly memory after some and after many pages of all shapes and sizes. */
async function memory({ few, many }) {
  const { SmsHistoryClient, memoryBytes } = client();
  const bodies = ["ascii", "mixed", "long", "escaped"].map((shape) => body(shape, 1000));
  let asked = 0;
  const fetch = () => Promise.resolve(answer(bodies[asked++ % bodies.length]));
  const ours = new SmsHistoryClient({ token: TOKEN, fetch });
  while (asked < few) await ours.getSmsHistory();
  const early = memoryBytes();
  while (asked < many) await ours.getSmsHistory();
  return { early, late: memoryBytes() };
}

export const jobs = { pages, cold, calls, summaries, memory };
