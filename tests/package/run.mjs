// Validates the packed package against the rules of npm, bundlers and TypeScript. RENEW=1 rewrites contents.txt.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { check, conclude } from "../checks.mjs";
import { changes } from "./effects.mjs";
import { isExcepted, unusedExceptions } from "./exceptions.mjs";

const packed = process.env.PKG_DIR;
const home = join(packed, "node_modules/voximplant-sms-history");
const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
const listed = new URL("contents.txt", import.meta.url);
const files = readdirSync(home, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath ?? entry.path, entry.name)
      .slice(home.length + 1)
      .replaceAll("\\", "/"),
  )
  .sort();
if (process.env.RENEW) writeFileSync(listed, `${files.join("\n")}\n`);

await check("publint reports nothing", async () => {
  const { messages } = await publint({ pkgDir: home, level: "suggestion", strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest, { color: false })),
    [],
  );
});

await check("are-the-types-wrong reports only the listed exceptions", async () => {
  const [tarball] = readdirSync(packed).filter((name) => name.endsWith(".tgz"));
  const data = new Uint8Array(readFileSync(join(packed, tarball)));
  const { types, problems } = await checkPackage(createPackageFromTarballData(data));
  assert.ok(types, "the package has types");
  const wrong = problems.filter((problem) => !isExcepted(problem));
  assert.deepEqual(wrong, [], `see exceptions.mjs; there are:\n${JSON.stringify(wrong, null, 1)}`);
  assert.deepEqual(unusedExceptions(problems), [], "every exception is needed");
});

await check("the package has exactly the files of contents.txt", () => {
  const wanted = readFileSync(listed, "utf8").trimEnd().split("\n");
  const more = files.filter((name) => !wanted.includes(name)).map((name) => `+ ${name}`);
  const fewer = wanted.filter((name) => !files.includes(name)).map((name) => `- ${name}`);
  const renewed =
    "if that is intended, run `RENEW=1 cargo xtask test package` to rewrite tests/package/contents.txt";
  assert.deepEqual([...more, ...fewer], [], `${[...more, ...fewer].join("\n")}\n${renewed}`);
});

await check("the package has no dependencies and no install scripts", () => {
  const kinds = Object.keys(manifest).filter((name) => /dependencies$/i.test(name));
  assert.deepEqual(kinds, [], "no dependencies of any kind: nothing to audit");
  // `prepack` runs when the package is packed, not when it is installed.
  assert.deepEqual(Object.keys(manifest.scripts ?? {}), ["prepack"]);
  assert.ok(!files.includes("binding.gyp"), "npm would compile it");
});

await check("loading the package changes no globals, as `sideEffects: false` promises", async () => {
  assert.equal(manifest.sideEffects, false);
  assert.deepEqual(await changes(home, files), []);
});

conclude();
