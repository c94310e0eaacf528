// Runs the suite in the current runtime, Bun or Deno.
import QUnit from "qunit";
import { context } from "./here.mjs";
import { print } from "./print.mjs";
import printed from "./printed.mjs";
import { run } from "./suite.mjs";

const { bun, deno } = process.versions;
if (!bun && !deno) throw new Error("expected Bun or Deno");
if (deno) {
  // No kept connections: Deno repeats a request whose kept connection was reset, and the suite counts requests.
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
// Otherwise both would wait for pending timers of some tests.
process.exit();
