// The suite in the runtime that runs this: Bun or Deno.
import QUnit from "qunit";
import { context } from "./here.mjs";
import { print } from "./print.mjs";
import printed from "./printed.mjs";
import { run } from "./suite.mjs";

const { bun, deno } = process.versions;
if (!bun && !deno) throw new Error("this is neither Bun nor Deno");
if (deno) {
  // Deno sends a request again by itself when the kept connection that it took was reset: the suite counts requests.
  const [{ fetch }, client] = [globalThis, Deno.createHttpClient({ poolMaxIdlePerHost: 0 })];
  globalThis.fetch = (url, init) => fetch(url, { ...init, client });
}
const row = { name: bun ? "Bun" : "Deno", version: bun ?? deno, isOurs: true, what: ["main thread"] };
const runtime = `${row.name} ${row.version}`;
const own = { isThorough: false, documents: bun ? [15_001] : [] };
const report = await run(
  QUnit,
  { ...(await context()), ...own },
  { more: [printed], only: process.env.SUITE_ONLY, runtime },
);
print([report], row);
// Both would go on to wait for timers that some tests leave behind.
process.exit();
