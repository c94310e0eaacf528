// The size of the package, by parts, and of its baselines. Sizes are in bytes after brotli at its best quality.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { shippedSizes } from "../tests/package/shipped-size.mjs";
import { sectionsOf } from "./report/wasm.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The parts of the WebAssembly, with their modules and crates. All others belong to the standard library. */
const CODE = {
  "JSON, rows, costs, dates": "json page response decimal date buffer_pool simdutf8",
  "whole histories": "history message_set id_set",
  summaries: "summary indexmap hashbrown rustc_hash equivalent",
  "exports to files": "export itoa",
  queries: "query suggest base_url strsim percent_encoding",
  "requests, retries, limits, events":
    "client clock error http limits gloo_net gloo_timers gloo_utils getrandom httpdate",
  "tokens, signing": "token jwt_compact base64ct chrono zeroize",
  "options and results of calls":
    "bindings js_error option_names serde_wasm_bindgen serde serde_core serde_json",
  "promises and other JavaScript values": "js_sys web_sys wasm_bindgen wasm_bindgen_futures",
  futures: "futures_util futures_channel futures_core",
  "the allocator": "dlmalloc __rustc",
};
const STANDARD = "the standard library";
const PARTS = new Map(
  Object.entries(CODE).flatMap(([part, names]) => names.split(" ").map((name) => [name, part])),
);

/** Returns the part of a function by the module or crate in its path. */
function partOf(name) {
  const path = name.replaceAll(/\[[0-9a-f]+\]/g, "");
  const inCrate = path.match(/voximplant_sms_history(?:_rows)?::(\w+)/);
  const crate = inCrate?.[1] ?? path.match(/\w+/)?.[0];
  return PARTS.get(crate) ?? STANDARD;
}

const compressed = (...pieces) => brotliCompressSync(Buffer.concat(pieces)).length;

/** Measures the parts of a WebAssembly file: their bytes, and how much the compressed file shrinks without them. */
function wasmParts(file) {
  const { functions, data, others } = sectionsOf(readFileSync(file));
  const groups = new Map();
  const put = (part, bytes) => groups.set(part, [...(groups.get(part) ?? []), bytes]);
  for (const { name, body } of functions) put(partOf(name), body);
  put("texts of errors, names, tables", data);
  put("types, imports, exports", others);
  // In file order, because compression depends on the preceding bytes.
  const pieces = [others, ...functions.map(({ body }) => body), data];
  const whole = compressed(...pieces);
  const parts = [...groups].map(([part, own]) => {
    const without = pieces.filter((piece) => !own.includes(piece));
    const bytes = own.reduce((sum, piece) => sum + piece.length, 0);
    return { part, bytes, brotli: whole - compressed(...without) };
  });
  return { whole, parts: parts.sort((a, b) => b.brotli - a.brotli) };
}

/** Bundles and minifies a module. */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    external: ["*.wasm", "node:*"],
    logLevel: "error",
  });
  return outputFiles[0].contents;
}

/** A minimal client by jose, ky and zod. It signs a token, and reads and validates a page. */
const BASELINE = `
  import { importPKCS8, SignJWT } from "jose";
  import ky from "ky";
  import * as z from "zod";
  const row = z.object({ message_id: z.number(), text: z.string().nullable(), processed_date: z.iso.datetime() });
  const page = z.object({ result: z.array(row), total_count: z.number() });
  export async function read(url, key, id) {
    const jwt = new SignJWT({ iss: id }).setProtectedHeader({ alg: "RS256" }).setExpirationTime("5m");
    const token = await jwt.sign(await importPKCS8(key, "RS256"));
    return page.parse(await ky.post(url, { headers: { Authorization: "Bearer " + token } }).json());
  }
`;

/** Measures the downloads of a user: the bundled script and the WebAssembly. */
async function shipped() {
  const ours = Object.entries(await shippedSizes()).map(([name, sizes]) => ({ name, ...sizes }));
  const theirs = async (name, contents) => ({ name, script: compressed(await bundled(contents)), wasm: 0 });
  return [
    ...ours,
    await theirs("ky + zod + jose", BASELINE),
    await theirs("the vendor's Node client", 'export * from "@voximplant/apiclient-nodejs";'),
  ];
}

/** @param {string} built the output folder of `cargo xtask bench`; that of the package is beside it */
export async function size(built) {
  return { shipped: await shipped(), parts: wasmParts(resolve(built, "../package/core_named.wasm")).parts };
}
