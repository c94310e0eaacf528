// Measures in every engine, prints tables, and keeps them with a chart in benches/results. `cargo xtask bench` runs this.
//
//   node benches/run.mjs [--quick] [--engines=node20,bun] [--parts=pages,cold] [--keep]
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
const wanted = (given, all) => {
  const names = given?.split(",") ?? all;
  const stranger = names.find((name) => !all.includes(name));
  if (stranger) throw new Error(`there is no ${stranger}; known are ${all.join(", ")}`);
  return names;
};
const chosen = wanted(values.engines, Object.keys(engines));
// What has results of its own, whatever the engines have.
const alone = { signing, growth, start, size };
const parts = wanted(values.parts, ["pages", "cold", "calls", "summary", "memory", ...Object.keys(alone)]);

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

const measured = { machine: machine(), quick, engines: [] };
const inEngines = parts.some((part) => jobs[part]);
const script = inEngines && (await bundle(process.env.BENCH_BUILT));
for (const name of inEngines ? chosen : []) {
  try {
    measured.engines.push(await measure(name, script));
  } catch (error) {
    // An engine that is not here is no reason to measure in none.
    console.error(`${name}: ${error.message}`);
    process.exitCode = 1;
  }
}
for (const [name, run] of Object.entries(alone)) {
  if (parts.includes(name)) measured[name] = await run(process.env.BENCH_BUILT, { quick, engines: chosen });
}

measured.machine.load = loadavg()[2].toFixed(1);
console.log(tables(measured));
const whole = !quick && !values.engines && !values.parts;
if (whole) keep(measured);
if (!whole && values.keep) keep(joined(measured));

/** Among the results of the last whole run, those parts that stand by themselves. */
function joined(measured) {
  if (quick || inEngines)
    throw new Error(`--keep is for ${Object.keys(alone)}, not --quick, without other parts`);
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

/** Bytes of script and WebAssembly of the package's builds: `cargo xtask test package` fails if they grow by 2 %. */
function sums(shipped) {
  const builds = shipped.filter(({ name }) => name === "core" || name === "edge");
  return Object.fromEntries(builds.map(({ name, script, wasm }) => [name, script + wasm]));
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
