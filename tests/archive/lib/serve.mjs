// Runs the Worker in workerd until its parent ends it. A process of its own, so that it can be killed at any moment.
//
//   node serve.mjs, with the settings as JSON on standard input: { folder, bundle, bindings }
import { text } from "node:stream/consumers";
import { Miniflare } from "miniflare";
import { migrate, persistence } from "../../../www/demo/archive.mjs";

const { folder, bundle, bindings } = JSON.parse(await text(process.stdin));
const miniflare = new Miniflare({
  cf: false,
  modules: true,
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  scriptPath: `${bundle}/worker.js`,
  modulesRoot: bundle,
  compatibilityDate: "2026-04-01",
  bindings,
  d1Databases: { ARCHIVE: "archive", BASELINE: "baseline" },
  workflows: { SYNC: { name: "sync-history", className: "SyncHistory" } },
  ...persistence(folder),
});
const url = await miniflare.ready;
for (const name of ["ARCHIVE", "BASELINE"]) await migrate(await miniflare.getD1Database(name));
process.send({ origin: url.origin });
process.on("message", async ({ scheduled }) => {
  const worker = await miniflare.getWorker();
  await worker.scheduled({ cron: "*/5 * * * *", scheduledTime: new Date(scheduled) });
  process.send({ scheduled });
});
process.on("SIGTERM", async () => {
  await miniflare.dispose();
  process.exit(0);
});
