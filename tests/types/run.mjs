// Compiles the sources beside this file against the types of the packed package, as users' code: with each compiler, for each
// runtime's globals, with each module resolution. A line that must not compile has `@ts-expect-error` above it.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { check, conclude } from "../checks.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));

/** The two newest major versions. */
const COMPILERS = { "TypeScript 7": "typescript", "TypeScript 6": "typescript-6" };
const RESOLUTIONS = {
  bundler: { module: "esnext", moduleResolution: "bundler" },
  node16: { module: "node16", moduleResolution: "node16" },
};
/** The declarations of globals. The package's types use only names that all of them declare. */
const PLACES = {
  "a page": { lib: ["es2022", "dom"] },
  "a Worker": { lib: ["es2022"], types: ["@cloudflare/workers-types"] },
  Node: { lib: ["es2022"], types: ["node"] },
};
/** The strictest options that users set. `skipLibCheck: false` also checks the package's own types. */
const STRICT = {
  target: "es2022",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  skipLibCheck: false,
  allowUnusedLabels: false,
  noEmit: true,
};

/** The older compiler takes seconds for each case, so it compiles one of each kind. */
const CASES = [
  ...["bundler", "node16"].flatMap((way) => Object.keys(PLACES).map((place) => ["TypeScript 7", way, place])),
  ["TypeScript 6", "bundler", "a page"],
  ["TypeScript 6", "bundler", "a Worker"],
  ["TypeScript 6", "node16", "Node"],
];

// Beside the installed package, so that imports resolve as in users' code.
const folder = mkdtempSync(join(process.env.PKG_DIR, "types-"));
try {
  const sources = readdirSync(here).filter((name) => /\.c?ts$/.test(name));
  for (const name of sources) cpSync(join(here, name), join(folder, name));
  const waiting = CASES.map(([compiler, way, place]) => ({
    name: `types in ${place}, by ${compiler} with ${way}`,
    // `bundler` rejects `import … = require()`, and the types of Node 20 do not declare WebAssembly.
    files: sources.filter(
      (name) => !(way === "bundler" && name.endsWith(".cts")) && !(place === "Node" && name === "wasm.ts"),
    ),
    compiler: join(modules, COMPILERS[compiler], "bin/tsc"),
    options: { ...STRICT, ...RESOLUTIONS[way], types: [], ...PLACES[place] },
  }));
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const one = next;
      await check(one.name, () => compile(one));
    }
  };
  await Promise.all([worker(), worker()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
conclude();

async function compile({ name, files, compiler, options }) {
  const project = join(folder, `${name.replaceAll(/\W+/g, "-")}.json`);
  const typeRoots = [modules, join(modules, "@types")];
  writeFileSync(project, JSON.stringify({ compilerOptions: { ...options, typeRoots }, files }));
  try {
    await promisify(execFile)(process.execPath, [compiler, "--project", project]);
  } catch (error) {
    throw new Error(`${error.stdout ?? ""}${error.stderr ?? ""}` || error.message);
  }
}
