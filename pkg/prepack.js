// Runs before `npm pack` and `npm publish`, and fails if generated files are missing.
import { existsSync } from "node:fs";

const generated = ["core", "edge"].flatMap((build) => [
  ...[`wasm/${build}.js`, `wasm/${build}_bg.wasm`, `wasm/${build}.inline.js`],
  ...[`cjs/wasm/${build}.js`, `cjs/lib/${build}.js`, `cjs/${build === "core" ? "index" : build}.d.ts`],
]);
generated.push("cjs/testing.d.ts", "cjs/lib/testing/index.js");
const missing = generated.filter((file) => !existsSync(new URL(file, import.meta.url)));
if (missing.length > 0) {
  console.error(`missing: ${missing.join(", ")}; run \`cargo xtask build\` first`);
  process.exit(1);
}
