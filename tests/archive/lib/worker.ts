// The dashboard's Worker, with routes for the tests: SQL, and the time of upserts and answers within the Worker.
import { UPSERT } from "../../../www/src/archive/schema.js";
import type { ArchiveEnv } from "../../../www/src/archive/settings.js";
import { startRun } from "../../../www/src/archive/sync.js";
import worker from "../../../www/src/worker.js";

export { SyncHistory } from "../../../www/src/worker.js";

type Env = Parameters<typeof worker.fetch>[1] & ArchiveEnv & { BASELINE: D1Database };

export default {
  scheduled: worker.scheduled,
  async fetch(request: Parameters<typeof worker.fetch>[0], env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/test/")) return worker.fetch(request, env);
    const route = routes[pathname.slice("/test/".length)];
    return route ? Response.json((await route(request, env)) ?? null) : new Response(null, { status: 404 });
  },
};

const routes: Record<string, (request: Request, env: Env) => Promise<unknown>> = {
  async sql(request, env) {
    const { sql, values = [] } = await request.json<{ sql: string; values?: unknown[] }>();
    const result = await (env.ARCHIVE as D1Database)
      .prepare(sql)
      .bind(...values)
      .all();
    return { results: result.results, meta: result.meta };
  },
  /** Starts a run. */
  async start(request, env) {
    const { tasks = [], restart = false } = await request.json<{ tasks?: []; restart?: boolean }>();
    return startRun(env, tasks, { now: Date.now(), restart });
  },
  async status(request, env) {
    const { id } = await request.json<{ id: string }>();
    return (await (env.SYNC as Workflow).get(id)).status();
  },
  /** Upserts rows from memory into a second database. Returns the milliseconds. */
  async baseline(request, env) {
    const json = await request.text();
    const statement = env.BASELINE.prepare(UPSERT).bind(json, 1);
    const start = Date.now();
    const { meta } = await statement.run();
    return { ms: Date.now() - start, bytes: meta.size_after };
  },
};
