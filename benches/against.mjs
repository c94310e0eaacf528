// Compares this package with the one in a tarball: page, rows and history in each engine, and the peak memory in Node.
//
//   node benches/against.mjs TARBALL [--quick] [--engines=node20,bun]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";
import { engines } from "./engines.mjs";
import { spread } from "./inside/measure.mjs";

const HISTORY_ROWS = 100_000;
/** Of two equal packages in one process, the one that runs first takes up to 8 % longer. So each is the first as often. */
const ORDERS = [
  ["new", "old"],
  ["old", "new"],
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean" }, engines: { type: "string" } },
});
const { quick = false } = values;
const names = values.engines?.split(",") ?? ["node20", "bun", "chromium"];
const settings = quick ? { rounds: 15, sampleMs: 5, warmMs: 150 } : { rounds: 40, sampleMs: 6, warmMs: 300 };
const jobs = [
  { kind: "page", shape: "ascii", settings },
  { kind: "page", shape: "mixed", settings },
  {
    kind: "history",
    rows: HISTORY_ROWS,
    settings: { rounds: quick ? 5 : 8, sampleMs: 1, warmMs: 1 },
  },
];

const folder = mkdtempSync(join(tmpdir(), "against-"));
try {
  execFileSync("tar", ["-xzf", resolve(positionals[0]), "-C", folder]);
  const script = await bundle(process.env.BENCH_BUILT, "inside/against.mjs", {
    old: join(folder, "package"),
  });
  console.log(
    "| engine | what | new | old | new / old | of the best times |\n| --- | --- | ---: | ---: | ---: | ---: |",
  );
  for (const name of names) {
    const { title, open } = engines[name];
    const opened = await open(script);
    for (const job of jobs) {
      const times = await measure(opened, job);
      for (const what of ["page", "rows", "history"].filter((what) => times[`new ${what}`]))
        row(
          title,
          [what, job.shape].filter(Boolean).join(", "),
          times[`new ${what}`],
          times[`old ${what}`],
          "us",
        );
    }
    await opened.close();
  }
  const peaks = { new: [], old: [] };
  const node = await engines.node20.open(script);
  for (let round = 0; round < (quick ? 3 : 7); round += 1) {
    for (const age of ["new", "old"]) {
      const [{ peakMb }] = await node.run([{ kind: "peak", age, rows: HISTORY_ROWS }]);
      peaks[age].push(peakMb);
    }
  }
  row("Node 20", "history, peak memory", spread(peaks.new), spread(peaks.old), "MB");
} finally {
  rmSync(folder, { recursive: true });
}

/** Measures a job in a process or page for each order. */
async function measure(opened, job) {
  const times = {};
  for (let repeat = 0; repeat < (quick ? 1 : 3); repeat += 1) {
    for (const ages of ORDERS) {
      const [found] = await opened.run([{ ...job, ages }]);
      for (const [name, of] of Object.entries(found.times)) times[name] = [...(times[name] ?? []), ...of];
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, of]) => [name, spread(of)]));
}

function row(engine, what, recent, old, unit) {
  const figure = ({ median }) => `${median.toFixed(0)} ${unit}`;
  // Other programs disturb medians more than the best times.
  const ratios = ["median", "best"].map((key) => (recent[key] / old[key]).toFixed(3));
  console.log(`| ${engine} | ${what} | ${figure(recent)} | ${figure(old)} | ${ratios.join(" | ")} |`);
}
