// Compares pages with `JSON.parse` in Node, Bun and Chromium. `cargo xtask soak differential` runs it after the comparison
// with `serde_json`.
//
//   node benches/differential.mjs [--documents=N] [--engines=node20,bun]
import { parseArgs } from "node:util";
import { bundle } from "./bundle.mjs";
import { engines } from "./engines.mjs";

/** The number of documents per process. */
const CHUNK = 100_000;

const { values } = parseArgs({ options: { documents: { type: "string" }, engines: { type: "string" } } });
const documents = Number(values.documents ?? 1_000_000);
const names = values.engines?.split(",") ?? ["node20", "bun", "chromium"];
const script = await bundle(process.env.BENCH_BUILT, "inside/differential.mjs");
let [passed, failed] = [0, 0];
for (const [place, name] of names.entries()) {
  const sums = { pages: 0, refused: 0, unsure: 0 };
  const differences = [];
  try {
    const opened = await engines[name].open(script);
    try {
      // Each engine gets other documents.
      for (let done = 0; done < documents; done += CHUNK) {
        const job = { from: 1 + place * documents + done, count: Math.min(CHUNK, documents - done) };
        const [part] = await opened.run([{ kind: "differential", ...job }]);
        for (const key of Object.keys(sums)) sums[key] += part[key];
        differences.push(...part.differences);
      }
    } finally {
      await opened.close();
    }
  } catch (error) {
    differences.push(error.message);
  }
  const ok = differences.length === 0;
  if (ok) passed += 1;
  else failed += 1;
  const counts = Object.entries(sums).map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
  console.log(
    `${ok ? "ok" : "not ok"} ${engines[name].title}: ${counts.join(", ")}, ${differences.length} differences`,
  );
  for (const difference of differences.slice(0, 10)) console.log(`# ${difference}`);
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
