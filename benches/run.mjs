// Measures in every engine, prints tables, and keeps them with a chart in benches/results. `cargo xtask bench` runs this.
//
//   node benches/run.mjs [--quick] [--engines=node20,bun] [--parts=pages,cold]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";
import { engines } from "./engines.mjs";
import { growth } from "./growth.mjs";
import { chart } from "./report/chart.mjs";
import { growthChart } from "./report/growth-chart.mjs";
import { tables } from "./report/tables.mjs";
import { signing } from "./signing.mjs";
import { size } from "./size.mjs";

const RESULTS = new URL("results/", import.meta.url);
const { values } = parseArgs({
  options: { quick: { type: "boolean" }, engines: { type: "string" }, parts: { type: "string" } },
});
const { quick = false } = values;
const wanted = (given, all) => {
  const names = given?.split(",") ?? all;
  const stranger = names.find((name) => !all.includes(name));
  if (stranger) throw new Error(`there is no ${stranger}; known are ${all.join(", ")}`);
  return names;
};
const chosen = wanted(values.engines, Object.keys(engines));
const parts = wanted(values.parts, [
  "pages",
  "cold",
  "calls",
  "summary",
  "memory",
  "growth",
  "signing",
  "size",
]);

const settings = quick ? { rounds: 15, sampleMs: 5, warmMs: 150 } : { rounds: 60, sampleMs: 6, warmMs: 300 };
const few = ["JSON.parse", "our page", "our rows", "JSON.parse + mapping"];
const page = (shape, rows, names) => ({ kind: "pages", shape, rows, names, settings });

const jobs = {
  pages: [
    page("ascii", 1000),
    page("mixed", 1000),
    page("ascii", 1, few),
    page("ascii", 50, few),
    ...(quick ? [] : ["long", "escaped", "sparse", "strings"].map((shape) => page(shape, 1000, few))),
  ],
  cold: Array.from({ length: quick ? 3 : 9 }, (_, turn) => ({
    kind: "cold",
    shape: "ascii",
    rows: 1000,
    turn,
  })),
  calls: [1, 1000].map((rows) => ({ kind: "calls", shape: "ascii", rows, settings })),
  summary: [
    {
      kind: "summaries",
      rows: quick ? 20_000 : 100_000,
      settings: { rounds: quick ? 5 : 11, sampleMs: 1, warmMs: 1 },
    },
  ],
  memory: [{ kind: "memory", few: 10, many: 1000 }],
};

async function measure(name, script) {
  const engine = engines[name];
  const results = [];
  const version = await engine.version();
  const opened = await engine.open(script);
  try {
    for (const job of parts.flatMap((part) => jobs[part] ?? [])) {
      process.stderr.write(`${engine.title}: ${[job.kind, job.shape, job.rows].filter(Boolean).join(" ")}\n`);
      // Each in a process, or a page, of its own: what one warms up does not help the next.
      const [result] = await opened.run([job]);
      results.push({ ...job, ...result });
    }
  } finally {
    await opened.close();
  }
  return { name, title: engine.title, version, results };
}

const script = await bundle(process.env.BENCH_BUILT);
const measured = { machine: machine(), quick, engines: [] };
for (const name of chosen) {
  try {
    measured.engines.push(await measure(name, script));
  } catch (error) {
    // An engine that is not here is no reason to measure in none.
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
if (parts.includes("signing")) measured.signing = await signing(process.env.BENCH_BUILT, { quick });
if (parts.includes("size")) measured.size = await size(process.env.BENCH_BUILT);
if (parts.includes("growth")) measured.growth = await growth(process.env.BENCH_BUILT, { quick });

measured.machine.load = loadavg()[2].toFixed(1);
const text = tables(measured);
console.log(text);
const whole = !quick && !values.engines && !values.parts;
if (whole) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL("results.json", RESULTS), `${JSON.stringify(measured, null, 1)}\n`);
  writeFileSync(new URL("results.md", RESULTS), text);
  writeFileSync(new URL("pages.svg", RESULTS), chart(measured));
  writeFileSync(new URL("growth.svg", RESULTS), growthChart(measured.growth));
}

/** What matters of this machine, and nothing that names it. */
function machine() {
  const { version } = JSON.parse(readFileSync(new URL("../pkg/package.json", import.meta.url), "utf8"));
  const [cpu] = cpus();
  return {
    cpu: `${cpus().length} x ${cpu.model.trim()}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${process.platform} ${process.arch}`,
    rust: execFileSync("rustc", ["--version"]).toString().trim(),
    package: version,
    command: "cargo xtask bench",
  };
}
