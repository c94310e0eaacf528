// Runs every code block of README.md and pkg/README.md, and holds what they say of the package against it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { conclude, check as counted } from "./checks.mjs";
import { blocksOf } from "./readme/blocks.mjs";
import { examples } from "./readme/examples.mjs";
import { checkTypes } from "./readme/types.mjs";
import { standIn as startStandIn } from "./readme/vendor.mjs";
import { COMPATIBILITY_DATES } from "./suite/bundle.mjs";
import { sandbox } from "./suite/environment.mjs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const types = read("pkg/index.d.ts");
const manifest = JSON.parse(read("pkg/package.json"));

const standIn = await startStandIn(sandbox.url);

async function check(name, work) {
  await counted(name, work);
  standIn.taken();
}

for (const path of ["README.md", "pkg/README.md"]) {
  const text = read(path);
  let blocks = [];
  await check(`${path}: all code is in blocks with a language`, () => {
    blocks = blocksOf(text).map((block) => ({ ...block, kind: [block.language, ...block.words].join(" ") }));
  });
  const worker = blocks.find(({ kind }) => kind === "js worker")?.code;
  for (const { kind, code, line } of blocks) {
    await check(`${path}:${line} ${kind}`, async () => {
      assert.ok(Object.hasOwn(examples, kind), `no test knows how to run a block of this kind: ${kind}`);
      await examples[kind](code, standIn, worker);
    });
  }
  const scripts = blocks.filter(({ language }) => language === "js").map(({ code }) => code);
  await check(`${path}: the package's types fit the examples`, () => {
    assert.ok(scripts.length >= 3, "examples for pages, Workers and Node");
    return checkTypes(scripts);
  });
  await check(`${path}: the kinds of error are those of the types`, () => {
    assert.deepEqual(
      kindsIn(text),
      [...types.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, kind]) => kind),
    );
  });
  await check(`${path}: the runtimes are those that are tested`, () => {
    for (const date of COMPATIBILITY_DATES) assert.ok(text.includes(date), date);
    assert.match(text, new RegExp(`Node ${manifest.engines.node.replace(">=", "")}\\b`));
    assert.ok(manifest.license.split(" OR ").every((licence) => text.includes(licence.split("-")[0])));
  });
}
standIn.close();

/** The kinds of error that a text lists: in a table's first column, or one after another in a sentence. */
function kindsIn(text) {
  const [table] = /^\| `kind` \|.*\n(\|.*\n)+/m.exec(text) ?? [];
  if (table) return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind).slice(1);
  const [, sentence] = /`kind` is one of ([^.]+)\./.exec(text) ?? assert.fail("it lists no kinds of error");
  return [...sentence.matchAll(/`(\w+)`/g)].map(([, kind]) => kind);
}

conclude();
