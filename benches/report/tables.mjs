// Formats results as Markdown tables.
import { sizeTables } from "./size-tables.mjs";
import { startTables } from "./start.mjs";
import { targets } from "./targets.mjs";

const round = (number) => (number < 10 ? number.toFixed(1) : number.toFixed(0));
const micro = ({ median, low, high }) => `${round(median)} (${round(low)}–${round(high)})`;
const pad = (cells, widths) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;

/** A Markdown table. */
export function table(head, rows) {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => String(row[at]).length)));
  const lines = [head, widths.map((width) => "-".repeat(width)), ...rows];
  return `${lines.map((row) => pad(row.map(String), widths)).join("\n")}\n`;
}

export const of = (engine, kind, shape, rows) =>
  engine.results.find(
    (job) => job.kind === kind && (!shape || job.shape === shape) && (!rows || job.rows === rows),
  );

const TITLES = {
  ascii: "ASCII",
  mixed: "mixed scripts",
  long: "long texts",
  escaped: "many escapes",
  sparse: "sparse fields",
  strings: "numbers as strings",
};

export function tables(measured) {
  const { machine, engines, signing, relay, growth, start, size } = measured;
  const out = [
    "# Results\n",
    `By \`${machine.command}\`${measured.quick ? " with `--quick`" : ""} on ${machine.cpu}, ${machine.memory}, ${machine.system}; ${machine.rust}.`,
    `Programs that wanted the processors meanwhile, on average: ${machine.load}. Where it is more than there are processors, medians are those of a busy machine, and the best times tell more.`,
    "Times in microseconds: the median of one run, and its quartiles. Below 1 in a ratio is faster than `JSON.parse`.\n",
    table(
      ["engine", "version"],
      engines.map(({ title, version }) => [title, version]),
    ),
  ];
  const list = targets(measured);
  if (list.length > 0) {
    out.push("## Targets\n", table(["what", "engine", "by medians", "by best times", "target", ""], list));
  }
  for (const { shape, rows, bytes } of engines[0]?.results.filter(({ kind }) => kind === "pages") ?? []) {
    out.push(`## A page of ${rows}, ${TITLES[shape]}, ${bytes} bytes\n`, pages(engines, shape, rows));
  }
  out.push(...others(engines));
  if (signing) out.push("## Signing\n", signingTable(signing));
  if (relay) out.push("## A page of 1,000 rows through a relay\n", timesTable(relay.times));
  if (start) out.push(...startTables(start, table));
  if (growth) out.push("## Growth\n", growthTable(growth));
  if (size) out.push("## Size\n", ...sizeTables(size));
  return `${out.join("\n")}`;
}

function timesTable(times) {
  return table(
    ["what", "µs"],
    Object.entries(times).map(([name, spread]) => [name, micro(spread)]),
  );
}

function pages(engines, shape, rows) {
  const with_ = engines.filter((engine) => of(engine, "pages", shape, rows));
  const names = Object.keys(of(with_[0], "pages", shape, rows).times);
  const lines = names.map((name) => [
    name,
    ...with_.map((engine) => {
      const { times } = of(engine, "pages", shape, rows);
      return `${micro(times[name])} ${(times[name].median / times["JSON.parse"].median).toFixed(2)}`;
    }),
  ]);
  return table(["", ...with_.map(({ title }) => title)], lines);
}

function others(engines) {
  const out = [];
  const cold = engines.filter((engine) => of(engine, "cold"));
  if (cold.length > 0) {
    out.push("## The first run in a fresh engine, 1,000 rows, ASCII\n");
    out.push("Medians over as many fresh engines as there were turns.\n");
    const names = Object.keys(of(cold[0], "cold").times);
    const median = (engine, name) => {
      const times = engine.results.filter(({ kind }) => kind === "cold").map(({ times }) => times[name]);
      return round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
    };
    const lines = names.map((name) => [name, ...cold.map((engine) => median(engine, name))]);
    out.push(table(["", ...cold.map(({ title }) => title)], lines));
  }
  for (const [kind, title, rows] of [
    ["calls", "A whole call over a `fetch` that answers at once, 1 row", 1],
    ["calls", "A whole call over a `fetch` that answers at once, 1,000 rows", 1000],
    ["summaries", "The summary of a history", 0],
  ]) {
    const with_ = engines.filter((engine) => of(engine, kind, undefined, rows));
    if (with_.length === 0) continue;
    const names = Object.keys(of(with_[0], kind, undefined, rows).times);
    const cell = (engine, name) => micro(of(engine, kind, undefined, rows).times[name]);
    const lines = names.map((name) => [name, ...with_.map((engine) => cell(engine, name))]);
    out.push(`## ${title}\n`, table(["", ...with_.map(({ title }) => title)], lines));
  }
  const memory = engines.filter((engine) => of(engine, "memory"));
  if (memory.length > 0) {
    const lines = memory.map((engine) => {
      const { early, late } = of(engine, "memory");
      return [engine.title, early, late, (late / early).toFixed(2)];
    });
    out.push(
      "## WebAssembly memory, bytes\n",
      table(["engine", "after 10 pages", "after 1,000", "ratio"], lines),
    );
  }
  return out;
}

function signingTable({ times, signatures }) {
  const lines = Object.entries(times).map(([name, time]) => [name, micro(time)]);
  lines.push(["signatures for 1,000 requests in 5 minutes", String(signatures)]);
  return table(["", "Node 20"], lines);
}

function growthTable(growth) {
  const lines = growth.map(({ what, rows, ms, peakMb }) => [
    what,
    String(rows),
    ms.toFixed(0),
    peakMb.toFixed(0),
  ]);
  return table(["", "rows", "ms", "peak MB"], lines);
}
