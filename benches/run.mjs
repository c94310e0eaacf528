// Measures in every engine, prints tables, and stores them with charts in benches/results. `cargo xtask bench` runs it.
//
//   node benches/run.mjs [--quick] [--engines=node20,bun] [--parts=pages,cold] [--keep]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";
import { engines } from "./engines.mjs";
import { growth } from "./growth.mjs";
import { relay } from "./relay.mjs";
import { chart } from "./report/chart.mjs";
import { growthChart } from "./report/growth-chart.mjs";
import { tables } from "./report/tables.mjs";
import { signing } from "./signing.mjs";
import { size } from "./size.mjs";
import { start } from "./start.mjs";

const RESULTS = new URL("results/", import.meta.url);
const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    keep: { type: "boolean" },
    engines: { type: "string" },
    parts: { type: "string" },
  },
});
const { quick = false } = values;
const selected = (list, all) => {
  const names = list?.split(",") ?? all;
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new Error(`expected names of ${all.join(", ")}, got ${unknown}`);
  return names;
};
const selectedEngines = selected(values.engines, Object.keys(engines));
// The parts that do not run in the selected engines.
const separate = { signing, relay, growth, start, size };
const parts = selected(values.parts, [
  "pages",
  "cold",
  "calls",
  "summary",
  "memory",
  ...Object.keys(separate),
]);

const settings = quick ? { rounds: 15, sampleMs: 5, warmMs: 150 } : { rounds: 60, sampleMs: 6, warmMs: 300 };
const MAIN = ["JSON.parse", "our page", "our rows", "JSON.parse + mapping"];
const page = (shape, rows, names) => ({ kind: "pages", shape, rows, names, settings });

const jobs = {
  pages: [
    page("ascii", 1000),
    page("mixed", 1000),
    page("ascii", 1, MAIN),
    page("ascii", 50, MAIN),
    ...(quick ? [] : ["long", "escaped", "sparse", "strings"].map((shape) => page(shape, 1000, MAIN))),
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
      // Each job has a process or a page of its own, so that none benefits from an earlier one.
      const [result] = await opened.run([job]);
      results.push({ ...job, ...result });
    }
  } finally {
    await opened.close();
  }
  return { name, title: engine.title, version, results };
}

const measured = { machine: machine(), quick, engines: [] };
const inEngines = parts.some((part) => jobs[part]);
const script = inEngines && (await bundle(process.env.BENCH_BUILT));
for (const name of inEngines ? selectedEngines : []) {
  try {
    measured.engines.push(await measure(name, script));
  } catch (error) {
    // A missing engine does not stop the others.
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
for (const [name, run] of Object.entries(separate)) {
  if (parts.includes(name))
    measured[name] = await run(process.env.BENCH_BUILT, { quick, engines: selectedEngines });
}

measured.machine.load = loadavg()[2].toFixed(1);
console.log(tables(measured));
const whole = !quick && !values.engines && !values.parts;
if (whole) keep(measured);
if (!whole && values.keep) keep(mergeIntoLast(measured));

/** Replaces the measured parts in the results of the last complete run. */
function mergeIntoLast(measured) {
  if (quick || inEngines)
    throw new Error(`--keep: expected only the parts ${Object.keys(separate)}, without --quick`);
  const { machine: _machine, engines: _engines, quick: _quick, ...taken } = measured;
  const before = JSON.parse(readFileSync(new URL("results.json", RESULTS), "utf8"));
  return { ...before, ...taken };
}

function keep(results) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL("results.json", RESULTS), `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(new URL("results.md", RESULTS), tables(results));
  if (measured.size)
    writeFileSync(new URL("size.json", RESULTS), `${JSON.stringify(sums(measured.size.shipped), null, 2)}\n`);
  if (whole) writeFileSync(new URL("pages.svg", RESULTS), chart(results));
  writeFileSync(new URL("growth.svg", RESULTS), growthChart(results.growth));
}

/** The bytes of script and WebAssembly by build. `cargo xtask test package` fails if they grow by more than 2 %. */
function sums(shipped) {
  const builds = shipped.filter(({ name }) => name === "core" || name === "edge");
  return Object.fromEntries(builds.map(({ name, script, wasm }) => [name, script + wasm]));
}

/** Describes this machine without identifying it. */
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
