// Compiles what is beside this file as users' code, against the types of the packed package: with each compiler, in each
// place, in each way of resolving modules. A line that must not compile has `@ts-expect-error` above it.
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
/** What declares the globals: the package's types name nothing that one of these lacks. */
const PLACES = {
  "a page": { lib: ["es2022", "dom"] },
  "a Worker": { lib: ["es2022"], types: ["@cloudflare/workers-types"] },
  Node: { lib: ["es2022"], types: ["node"] },
};
/** The strictest that users set. `skipLibCheck: false`: the package's own types are checked, too. */
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

/** The older compiler needs seconds for each: it has one of each kind. */
const CASES = [
  ...["bundler", "node16"].flatMap((way) => Object.keys(PLACES).map((place) => ["TypeScript 7", way, place])),
  ["TypeScript 6", "bundler", "a page"],
  ["TypeScript 6", "bundler", "a Worker"],
  ["TypeScript 6", "node16", "Node"],
];

// Beside the installed package, so that it is found as users' code finds it.
const folder = mkdtempSync(join(process.env.PKG_DIR, "types-"));
try {
  const sources = readdirSync(here).filter((name) => /\.c?ts$/.test(name));
  for (const name of sources) cpSync(join(here, name), join(folder, name));
  const waiting = CASES.map(([compiler, way, place]) => ({
    name: `types in ${place}, by ${compiler} with ${way}`,
    // A bundler takes no `import … = require()`, and the types of Node 20 have no WebAssembly.
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
