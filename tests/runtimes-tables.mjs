// Compares a table of docs/runtimes.md with what the runners have noted (rows.mjs), or writes it:
// `runtimes-tables.mjs <table> part|whole|write`. `whole`: everything was run, so the table may name nothing else. Versions are
// compared where this project chooses them.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PATH = "docs/runtimes.md";
const TABLES = {
  runtimes: { head: ["runtime", "version", "where the suite was run"] },
  consumers: { head: ["project", "version", "what was run"] },
  pains: { head: ["pain", "shown by the test"] },
};

const [name, way] = process.argv.slice(2);
const table = TABLES[name] ?? assert.fail(`no such table: ${name}; there are ${Object.keys(TABLES)}`);
assert.ok(["part", "whole", "write"].includes(way), `part, whole or write, not ${way}`);
const rows = noted();
assert.ok(rows.length > 0, `nothing of ${name} was noted`);
let [passed, failed] = [0, 0];
const file = new URL(`../${PATH}`, import.meta.url);
const { before, inside, after } = parts(readFileSync(file, "utf8"));
if (way === "write") {
  writeFileSync(file, `${before}\n${markdown()}\n${after}`);
  passed += 1;
  console.log(`ok ${PATH}: the table of ${name} is written`);
} else {
  for (const { row, problem } of compared(inside)) {
    if (problem) failed += 1;
    else passed += 1;
    console.log(`${problem ? "not ok" : "ok"} ${PATH}, ${name}: ${row}${problem ? ` ${problem}` : ""}`);
  }
}
if (failed > 0)
  console.log("# what was run is written by `cargo xtask test runtimes consumers --write-tables`");
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** What was noted, in the order of names: the rows of one thing as one. */
function noted() {
  const folder = join(process.env.ROWS_DIR ?? assert.fail("ROWS_DIR is not set"), name);
  const byName = new Map();
  for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const { name, version, isOurs, parts = 1, what } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const row = byName.get(name) ?? { name, versions: new Set(), wanted: new Set(), what: new Set() };
    // The machine's own is told roughly: it is another one on the next machine.
    if (version) row.versions.add(isOurs ? version : version.split(".").slice(0, parts).join("."));
    if (version && isOurs) row.wanted.add(version);
    for (const one of what) row.what.add(one);
    byName.set(name, row);
  }
  return [...byName.values()];
}

/** Each row that was noted, and with `whole` each that is shown, and what is wrong of it. */
function* compared(inside) {
  const shown = new Map(
    inside
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => line.slice(2, -2).split(" | "))
      .map((cells) => [cells[0], { versions: cells.at(-2).split(", "), what: cells.at(-1).split("; ") }]),
  );
  for (const { name, wanted, what } of rows) {
    const row = shown.get(name);
    const other = [...wanted].find((version) => !row?.versions.includes(version));
    const lacking = [...what].find((one) => !row?.what.includes(one));
    const more = way === "whole" && row?.what.find((one) => !what.has(one));
    const problem =
      (!row && "was run, and is not in it") ||
      (other && `was run in version ${other}, and the table says ${row.versions.join(", ")}`) ||
      (lacking && `lacks what was run: ${lacking}`) ||
      (more && `tells of what was not run: ${more}`);
    yield { row: name, problem };
  }
  const names = new Set(rows.map(({ name }) => name));
  for (const row of way === "whole" ? shown.keys() : [])
    if (!names.has(row)) yield { row, problem: "is in it, and was not run" };
}

function markdown() {
  const body = rows.map(({ name, versions, what }) => {
    const cells = [name, [...versions].join(", "), [...what].join("; ")];
    for (const cell of cells) assert.ok(!/[|\n]/.test(cell), `can't be in a table: ${cell}`);
    return table.head.length === 3 ? cells : [cells[0], cells[2]];
  });
  return [table.head, table.head.map(() => "---"), ...body]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** A text before, inside and after the marks of the table. */
function parts(text) {
  const [begin, end] = [`<!-- ${name}: written by what ran -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  assert.ok(from >= begin.length && to > from, `${PATH} lacks the marks of ${name}: ${begin}, ${end}`);
  return { before: text.slice(0, from), inside: text.slice(from, to), after: text.slice(to) };
}
