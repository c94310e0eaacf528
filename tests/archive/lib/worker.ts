// The dashboard's Worker, with routes for the tests: SQL, and the time of upserts and answers within the Worker.
import { archive } from "../../../www/src/archive/routes.js";
import { UPSERT } from "../../../www/src/archive/schema.js";
import type { ArchiveEnv } from "../../../www/src/archive/settings.js";
import { startRun } from "../../../www/src/archive/sync.js";
import worker, { SyncHistory as DeployedSyncHistory } from "../../../www/src/worker.js";

/** Settings that a test has changed. All parts of a Worker's process share them. */
let changed: Partial<ArchiveEnv> = {};
/** How often the creation of each continuing instance has failed. */
const failures = new Map<string, number>();
/** The instances that ended with an error. Miniflare leaks an RPC stub, and warns of it, when an instance is asked for its status. */
const failed = new Set<string>();

/** The Workflow. Its settings may change during a run, and the first two creations of an instance that continues a run fail. */
export class SyncHistory extends DeployedSyncHistory {
  constructor(context: ExecutionContext, env: ArchiveEnv) {
    const SYNC = {
      get: (id: string) => env.SYNC?.get(id),
      async create(options: { id: string; params: never }) {
        const failed = failures.get(options.id) ?? 0;
        failures.set(options.id, failed + 1);
        // Before the instance is created, and after it.
        if (failed === 1) await env.SYNC?.create(options);
        if (failed < 2) throw new Error("Network connection lost.");
        return env.SYNC?.create(options);
      },
    };
    const setting = (name: string) => ({ SYNC, ...changed })[name] ?? env[name as keyof ArchiveEnv];
    super(context, new Proxy(env, { get: (_, name: string) => setting(name) }));
  }

  override run(...[event, step]: Parameters<DeployedSyncHistory["run"]>) {
    return super.run(event, step).catch((error) => {
      failed.add(event.instanceId);
      throw error;
    });
  }
}

type Env = Parameters<typeof worker.fetch>[1] & ArchiveEnv & { BASELINE: D1Database };

export default {
  scheduled: (controller: ScheduledController, env: Env) =>
    worker.scheduled(controller, { ...env, ...changed }),
  async fetch(request: Parameters<typeof worker.fetch>[0], deployed: Env): Promise<Response> {
    const env = { ...deployed, ...changed };
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/test/")) return worker.fetch(request, env);
    const route = routes[pathname.slice("/test/".length)];
    return route ? Response.json((await route(request, env)) ?? null) : new Response(null, { status: 404 });
  },
};

interface SqlRequest {
  readonly sql: string;
  readonly values?: unknown[];
  readonly db?: "ARCHIVE" | "BASELINE";
}

const routes: Record<string, (request: Request, env: Env) => Promise<unknown>> = {
  async settings(request) {
    changed = { ...changed, ...(await request.json<Partial<ArchiveEnv>>()) };
  },
  async sql(request, env) {
    const { sql, values = [], db = "ARCHIVE" } = await request.json<SqlRequest>();
    const result = await (env[db] as D1Database)
      .prepare(sql)
      .bind(...values)
      .all();
    return { results: result.results, meta: result.meta };
  },
  /** Starts a run. */
  async start(request, env) {
    const { tasks = [], restart = false } = await request.json<{ tasks?: []; restart?: boolean }>();
    return startRun(env, tasks, restart);
  },
  /** Whether a run ended with an error. */
  async failed(request) {
    const { instance } = await request.json<{ instance: string }>();
    return failed.has(instance);
  },
  /** Asks a route of the archive. Returns the milliseconds within the Worker. */
  async time(request, env) {
    const { route, body } = await request.json<{ route: string; body: unknown }>();
    const url = new URL(`/archive/${route}`, request.url);
    const headers = { "Content-Type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const start = Date.now();
    const response = await archive(new Request(url, init), env, { role: "reader", name: "test", id: "test" });
    await response.text();
    const ms = Date.now() - start;
    if (!response.ok) throw new Error(`/archive/${route}: HTTP ${response.status}`);
    return { ms };
  },
  /** Asks for a path while the database does not answer. Returns the response, and all waits until then, which take no time. */
  async stalled(request, env) {
    const { path } = await request.json<{ path: string }>();
    const never = () => new Promise<never>(() => {});
    const ARCHIVE = { prepare: () => ({}), batch: never } as unknown as D1Database;
    const headers = { "Content-Type": "text/html" };
    const ASSETS = { fetch: async () => new Response('<script id="settings"></script>', { headers }) };
    // Requests at the same time wait too.
    const waits: number[] = [];
    const { wait } = scheduler;
    scheduler.wait = async (ms) => {
      waits.push(ms);
      await wait.call(scheduler, 1);
    };
    const init = { headers: { Cookie: "demo-role=reader" } };
    try {
      const response = await worker.fetch(new Request(new URL(path, request.url), init) as never, {
        ...env,
        ARCHIVE,
        ASSETS: ASSETS as unknown as Fetcher,
      });
      return { status: response.status, text: await response.text(), waits };
    } finally {
      scheduler.wait = wait;
    }
  },
  /** Upserts rows from memory into a second database. Returns the milliseconds. */
  async baseline(request, env) {
    const readAt = Number(new URL(request.url).searchParams.get("readAt") ?? 1);
    const statement = env.BASELINE.prepare(UPSERT).bind(await request.text(), readAt);
    const start = Date.now();
    const { meta } = await statement.run();
    return { ms: Date.now() - start, bytes: meta.size_after };
  },
};
