// Runs every code block of the documentation, and compares the READMEs with the package.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fakeMessage } from "../pkg/lib/testing/fake-message.js";
import { conclude, check as counted } from "./checks.mjs";
import { blocksOf } from "./docs/blocks.mjs";
import { examples } from "./docs/examples.mjs";
import { startMockApi } from "./docs/mock-api.mjs";
import { checkTypes } from "./docs/types.mjs";
import { COMPATIBILITY_DATES } from "./suite/bundle.mjs";
import { sandbox } from "./suite/environment.mjs";

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const types = read("pkg/index.d.ts");
const manifest = JSON.parse(read("pkg/package.json"));

const mockApi = await startMockApi(sandbox.url);

async function check(name, work) {
  await counted(name, work);
  mockApi.takeExchanges();
}

const READMES = ["README.md", "pkg/README.md"];
const pages = readdirSync(new URL("../docs/", import.meta.url), { recursive: true })
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);

// Other pages refer to the relay of the README.
const relay = blocksOf(read("README.md")).find(({ words }) => words.join(" ") === "worker relay")?.code;

for (const path of [...READMES, ...pages, "CONTRIBUTING.md"]) {
  const text = read(path);
  let blocks = [];
  await check(`${path}: all code is in blocks with a language`, () => {
    blocks = blocksOf(text).map((block) => ({ ...block, kind: [block.language, ...block.words].join(" ") }));
  });
  const worker = blocks.find(({ kind }) => kind === "js worker")?.code;
  for (const { kind, code, line, words } of blocks) {
    if (isOfConsumer(words)) {
      await check(`${path}:${line} ${kind}: a consumer runs it`, () => {
        const consumer = read(`tests/consumers/${words[0]}/consumer.mjs`);
        assert.ok(words.length === 2 && consumer.includes(`project.writeBlocks("${path}")`), words.join());
      });
      continue;
    }
    await check(`${path}:${line} ${kind}`, async () => {
      assert.ok(Object.hasOwn(examples, kind), `no test knows how to run a block of this kind: ${kind}`);
      await examples[kind](code, mockApi, worker, relay);
    });
  }
  const own = blocks.filter(({ words }) => !isOfConsumer(words));
  const scripts = own.filter(({ language }) => language === "js").map(({ code }) => code);
  if (READMES.includes(path)) assert.ok(scripts.length >= 3, "examples for pages, Workers and Node");
  if (scripts.length > 0)
    await check(`${path}: the package's types fit the examples`, () => checkTypes(scripts));
  await check(`${path}: every link leads to a file and a heading`, () => {
    for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) checkLink(path, target);
  });
}

for (const path of READMES) {
  const text = read(path);
  await check(`${path}: the kinds of error are those of the types`, () => {
    assert.deepEqual(
      kindsIn(text),
      [...types.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, kind]) => kind),
    );
  });
  await check(`${path}: the oldest Node and the licences are those of the package`, () => {
    assert.match(text, new RegExp(`Node ${manifest.engines.node.replace(">=", "")}\\b`));
    assert.ok(manifest.license.split(" OR ").every((licence) => text.includes(licence.split("-")[0])));
  });
}
await check("pkg/README.md and docs/runtimes.md: the compatibility dates are those that are tested", () => {
  for (const path of ["pkg/README.md", "docs/runtimes.md"])
    for (const date of COMPATIBILITY_DATES) assert.ok(read(path).includes(date), `${path}: ${date}`);
});
await check("pkg/README.md: every method and every option of the client is described", () => {
  const text = read("pkg/README.md");
  const [, client] = /export declare class SmsHistoryClient \{([\s\S]*?)\n\}/.exec(types) ?? [];
  const interfaces = ["CommonClientOptions", "DirectAccess", "RelayedAccess"];
  const options = interfaces.map((name) => types.split(`export interface ${name} {`)[1].split("\n}")[0]);
  const methods = [...client.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
  const fields = [...options.join("\n").matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  const names = [...methods.filter((name) => name !== "constructor"), ...fields];
  assert.ok(names.length >= 15, names.join());
  for (const name of [...names, "signal", "cursor", "onProgress"]) assert.ok(text.includes(name), name);
});
await check("docs/testing.md: the defaults of fakeMessage() are described", () => {
  const [, table] = read("docs/testing.md").split("| default of `fakeMessage()` |");
  const rows = table.split("\n\n")[0].matchAll(/^\| `(\w+)` \| .* \| `([^`]+)`.* \|$/gm);
  const defaults = Object.entries(fakeMessage()).map(([field, value]) => [field, `${value}`]);
  assert.deepEqual(
    [...rows].map(([, ...row]) => row),
    defaults,
  );
});
mockApi.close();

/** Whether a block is a file of a project in tests/consumers: `js vitest src/name.test.js`. */
function isOfConsumer([name]) {
  return existsSync(new URL(`consumers/${name}/consumer.mjs`, import.meta.url));
}

/** Fails if a relative link of a page leads nowhere. */
function checkLink(path, target) {
  // The tests need no network.
  if (target.startsWith("https://")) return;
  const [file, anchor] = target.split("#");
  const linked = read(join(dirname(path), file));
  const anchors = [...linked.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );
  assert.ok(anchor === undefined || anchors.includes(anchor), target);
}

/** The kinds of error that a text lists: in a table's first column, or one after another in a sentence. */
function kindsIn(text) {
  const [table] = /^\| `kind` \|.*\n(\|.*\n)+/m.exec(text) ?? [];
  if (table) return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind).slice(1);
  const [, sentence] = /`kind` is one of ([^.]+)\./.exec(text) ?? assert.fail("it lists no kinds of error");
  return [...sentence.matchAll(/`(\w+)`/g)].map(([, kind]) => kind);
}

conclude();
