// Runs before `npm pack` and `npm publish`: a package without its generated half must not leave this folder.
import { existsSync } from "node:fs";

const generated = ["wasm/core.js", "wasm/core_bg.wasm", "wasm/edge.js", "wasm/edge_bg.wasm"];
const missing = generated.filter((file) => !existsSync(new URL(file, import.meta.url)));
if (missing.length > 0) {
  console.error(`missing: ${missing.join(", ")}; run \`cargo xtask build\` first`);
  process.exit(1);
}
