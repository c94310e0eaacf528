// The project's targets and the results: ratios of medians of one run.
import { of } from "./tables.mjs";

const V8 = ["node20", "node", "deno", "chromium"];
const NEWEST = ["node", "deno", "chromium"];
const MAPPING = "JSON.parse + mapping";

const ratio = (shape, ours, baseline, limit) => ({
  what: `${ours} / ${baseline}, 1,000 rows, ${shape}`,
  limit,
  reached: (engine, which) => {
    const times = of(engine, "pages", shape, 1000)?.times;
    return times?.[ours] && times[baseline] && times[ours][which] / times[baseline][which];
  },
});
const each = (names, limit) => Object.fromEntries(names.map((name) => [name, limit]));

const TARGETS = [
  ...["ascii", "mixed"].flatMap((shape) => [
    ratio(shape, "our page", "JSON.parse", { node20: 0.25, ...each(NEWEST, 0.5) }),
    ratio(shape, "our rows", "JSON.parse", { node20: 0.6, ...each(NEWEST, 0.9) }),
    ratio(shape, "our rows", MAPPING, {
      node20: 0.4,
      ...each(NEWEST, 0.5),
      bun: 0.8,
      firefox: 0.8,
      webkit: 0.8,
    }),
    ratio(shape, "our rows", "JSON.parse + zod", each(V8, 0.5)),
  ]),
  {
    what: "our summary / JSON.parse + reduce",
    limit: each(V8, 0.4),
    reached: (engine, which) => {
      const times = of(engine, "summaries")?.times;
      return times && times["our summary"][which] / times["JSON.parse + reduce"][which];
    },
  },
  {
    what: "1 row: our rows - JSON.parse + mapping, us",
    limit: each([...V8, "bun", "firefox", "webkit"], 20),
    reached: (engine, which) => {
      const times = of(engine, "pages", "ascii", 1)?.times;
      return times && times["our rows"][which] - times[MAPPING][which];
    },
  },
  {
    what: "memory after 1,000 pages / after 10",
    limit: each([...V8, "bun", "firefox", "webkit"], 1.05),
    reached: (engine) => {
      const memory = of(engine, "memory");
      return memory && memory.late / memory.early;
    },
  },
];

/** The limit in milliseconds for a fresh process. */
const INSTANTIATE = 5;

/** The limit of the times of a page on loopback, in workerd: through the relay / through a Worker that only passes it through. */
const RELAY = 1.3;

/** From the navigation to rows, without a hint in the HTML: ours / the baseline. */
const NETWORKS = { "Fast 4G": 1.15, "Slow 4G": 1.25 };

/** A row: name, engine, medians and best times (ratios, or milliseconds), target, and a mark if it is missed. */
function row(what, engine, { median, best }, target) {
  const mark = median <= target ? "" : best <= target ? "by best times only" : "missed";
  return [what, engine, median.toFixed(2), best.toFixed(2), target.toFixed(2), mark];
}

/** The ratios of two spreads of times. */
function ratiosOf(ours, baseline) {
  return { median: ours.median / baseline.median, best: ours.best / baseline.best };
}

/** Returns all rows. */
export function targets({ engines, signing, relay, start }) {
  const lines = TARGETS.flatMap(({ what, limit, reached }) =>
    engines
      .filter(({ name }) => name in limit)
      .map((engine) => [engine, { median: reached(engine, "median"), best: reached(engine, "best") }])
      .filter(([, { median }]) => median !== undefined)
      .map(([{ name, title }, figures]) => row(what, title, figures, limit[name])),
  );
  if (signing) {
    const { signatures } = signing;
    // One checks the key when it is read, and each token has one.
    const most = 3;
    lines.push([
      "signatures, 1,000 requests in 5 minutes",
      "Node 20",
      String(signatures),
      String(signatures),
      String(most),
      signatures <= most ? "" : "missed",
    ]);
  }
  if (relay) {
    const { "relay, loopback": ours, "passthrough, loopback": baseline } = relay.times;
    lines.push(
      row("1,000 rows on loopback: relay / passthrough", "workerd", ratiosOf(ours, baseline), RELAY),
    );
  }
  if (start?.wasm) {
    lines.push(row("instantiate the core's WebAssembly, ms", "Node 20", start.wasm.instantiate, INSTANTIATE));
  }
  for (const { name, rows, baseline, times } of start?.networks ?? []) {
    const figures = ratiosOf(times["voximplant-sms-history"].ms, times[baseline].ms);
    const what = `navigation to ${rows} rows, ${name}: ours / (${baseline})`;
    lines.push(row(what, "Chromium", figures, NETWORKS[name]));
  }
  return lines;
}
