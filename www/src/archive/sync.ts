import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
import { SettingsError } from "../worker/settings.js";
import { ArchiveError, describeError, missingMigrations, reportOf } from "./errors.js";
import type { ReadResult } from "./reader.js";
import type { SyncRow } from "./schema.js";
import { type ArchivedEnv, type ArchiveEnv, DAY_MS, HOUR_MS, hasArchive } from "./settings.js";
import { createSyncSteps, type SyncSteps } from "./sync-steps.js";

/** The parts that a run may do besides reading what is new. */
export type SyncTask = "waiting" | "verify";

/** The parameters of an instance. */
export interface SyncParams {
  readonly tasks: readonly SyncTask[];
  /** The run that this instance continues, see {@link MAX_READS}. */
  readonly continues?: { readonly since: number; readonly part: number; readonly done: ReadResult };
}

/** How a step is retried: D1 fails now and then, and the API limits its rate. */
const STEP = {
  retries: { limit: 6, delay: "2 seconds", backoff: "exponential" },
  timeout: "15 minutes",
} as const;
/**
 * Readings of an instance. D1 documents 1,000 queries for an invocation, and a reading makes about 20. The next instance
 * continues.
 */
const MAX_READS = 40;
const MAX_RETENTION_STEPS = 50;
/** An instance without a sign of life for so long may be replaced. A step that waits for the API is silent for a while. */
const SILENCE_MS = 20 * 60_000;
/** The time of day of the verification, UTC. */
const NIGHT_MS = 3 * HOUR_MS;

/** Copies the history into the database, and keeps it current. All state is in the database, so any instance can continue. */
export class SyncHistory extends WorkflowEntrypoint<ArchiveEnv, SyncParams> {
  override async run(event: Readonly<WorkflowEvent<SyncParams>>, step: WorkflowStep): Promise<ReadResult> {
    const { tasks, continues } = event.payload;
    if (!hasArchive(this.env))
      throw new SettingsError("ARCHIVE_FROM: expected the first day to copy, got none");
    const run = new Run(this.env, event.instanceId, step);
    const since = continues?.since ?? (await run.do("start", () => run.acquire()));
    let done = continues?.done ?? { windows: 0, rows: 0, written: 0 };
    if (since === null) return done;
    try {
      if (!continues) {
        await run.sync("plan", (steps) => steps.plan());
        if (tasks.includes("waiting")) await run.sync("waiting", (steps) => steps.markWaiting(false));
        if (tasks.includes("verify")) await this.#verify(run);
      }
      for (let read = 0; read < MAX_READS; read += 1) {
        const part = await run.sync(`read ${read}`, (steps) => steps.readNext(since));
        const { windows, rows, written } = done;
        done = { windows: windows + part.windows, rows: rows + part.rows, written: written + part.written };
        if (part.windows === 0) {
          if (await run.do("finish", () => run.finish(since, done))) return done;
          throw new Error("windows could not be read; the archive has reported why");
        }
      }
    } catch (error) {
      // Its step has reported the error. The next cron continues.
      await run.do("release", () => run.release(null, done));
      throw error;
    }
    await run.do("continue", () => run.continue({ since, part: (continues?.part ?? 1) + 1, done }));
    return done;
  }

  async #verify(run: Run): Promise<void> {
    for (let part = 0; part < MAX_RETENTION_STEPS; part += 1) {
      if (await run.sync(`retain ${part}`, (steps) => steps.retain())) break;
    }
    for (let after: number | null = -1; after !== null; ) {
      const from: number = after;
      after = await run.sync(`verify ${from}`, (steps) => steps.verify(from));
    }
    await run.sync("conclude verification", (steps) => steps.concludeVerification());
  }
}

/** The steps of an instance. */
class Run {
  constructor(
    private readonly env: ArchivedEnv,
    private readonly instance: string,
    private readonly step: WorkflowStep,
  ) {}

  /** Runs a step that reads from the API, or changes what was read. Fails if another instance has taken over. */
  sync<Result>(name: string, work: (steps: SyncSteps) => Promise<Result>): Promise<Result> {
    return this.do(name, async () => {
      await this.#beat();
      return work(await createSyncSteps(this.env));
    });
  }

  /**
   * Runs a step. Reports its error to the database, because errors lose their kind between steps. The result crosses the
   * step as JSON: Workflows do not dispose the RPC stub of an object, and warn about it (workers-sdk#14959).
   */
  async do<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const attempt = async () => {
      try {
        return JSON.stringify((await work()) ?? null);
      } catch (error) {
        const described = describeError(error);
        // A full or unreachable database cannot store it. The instance's own error remains.
        if (described.kind !== "superseded")
          await reportOf(this.env.ARCHIVE, described)
            .run()
            .catch(() => {});
        // The cause stays here: it may quote a URL with phone numbers.
        if (!described.isRetryable) throw new NonRetryableError(described.message);
        throw new Error(described.message);
      }
    };
    return JSON.parse(await this.step.do(name, STEP, attempt)) as Result;
  }

  /** Takes the place of the instance at work. Returns the start of the run, or `null` if another instance works. */
  async acquire(): Promise<number | null> {
    const now = Date.now();
    const take = "instance = ?1, beat_at = ?2 WHERE instance IS NULL OR instance = ?1 OR beat_at < ?3";
    return (await this.#update(take, this.instance, now, now - SILENCE_MS)) ? now : null;
  }

  /** Ends a run that has nothing left to read. Returns whether it succeeded: it may have passed over windows. */
  async finish(since: number, done: ReadResult): Promise<boolean> {
    const sql = "SELECT 1 FROM win WHERE due = 1 AND tried_at >= ?1";
    const isComplete = (await this.env.ARCHIVE.prepare(sql).bind(since).first()) === null;
    await this.release(isComplete ? Date.now() : null, done);
    return isComplete;
  }

  /** Ends the run. `succeededAt` is `null` after an error. */
  async release(succeededAt: number | null, { rows, written }: ReadResult): Promise<void> {
    const end = `instance = NULL, succeeded_at = coalesce(?2, succeeded_at), rows_read = ?3, rows_written = ?4
      WHERE instance = ?1`;
    await this.#update(end, this.instance, succeededAt, rows, written);
  }

  /** Hands the run over to a new instance. An earlier attempt may have done a part of it. */
  async continue(continues: NonNullable<SyncParams["continues"]>): Promise<void> {
    const id = `${this.instance.replace(/-part-\d+$/, "")}-part-${continues.part}`;
    if (!(await this.#update("instance = ?2 WHERE instance IN (?1, ?2)", this.instance, id))) return;
    await this.env.SYNC.get(id).catch(() => this.env.SYNC.create({ id, params: { tasks: [], continues } }));
  }

  /** Gives a sign of life. Fails if another instance has taken over. */
  async #beat(): Promise<void> {
    const isAtWork = await this.#update("beat_at = ?2 WHERE instance = ?1", this.instance, Date.now());
    if (!isAtWork) throw new ArchiveError("superseded", "another instance has taken over", false);
  }

  /** Changes the state of the synchronization. Returns whether the condition holds. */
  async #update(change: string, ...values: unknown[]): Promise<boolean> {
    const statement = this.env.ARCHIVE.prepare(`UPDATE sync SET ${change}`);
    return (await statement.bind(...values).run()).meta.changes > 0;
  }
}

/** Starts a run if none is at work, with the parts that are due. Called by the cron trigger. */
export async function startWhenDue(env: ArchiveEnv, now: number): Promise<void> {
  if (!hasArchive(env)) return;
  const sync = await readSync(env.ARCHIVE);
  const night = Math.floor((now - NIGHT_MS) / DAY_MS) * DAY_MS + NIGHT_MS;
  const tasks: SyncTask[] = [];
  if ((sync.waiting_at ?? 0) + HOUR_MS <= now) tasks.push("waiting");
  if ((sync.verified_at ?? 0) < night) tasks.push("verify");
  if (!isAtWork(sync, now)) await start(env, tasks, now);
}

/** Starts a run. Returns its instance, or `undefined` if another is at work. With `restart`, it replaces that one. */
export async function startRun(env: ArchivedEnv, tasks: readonly SyncTask[], restart: boolean) {
  // The next step of an instance that has lost its place fails, and ends it.
  if (restart) await env.ARCHIVE.prepare("UPDATE sync SET instance = NULL").run();
  const now = Date.now();
  return isAtWork(await readSync(env.ARCHIVE), now) ? undefined : start(env, tasks, now);
}

const isAtWork = ({ instance, beat_at }: SyncRow, now: number) =>
  instance !== null && beat_at >= now - SILENCE_MS;

async function start({ SYNC }: ArchivedEnv, tasks: readonly SyncTask[], now: number): Promise<string> {
  return (await SYNC.create({ id: `sync-${now}`, params: { tasks } })).id;
}

async function readSync(db: D1Database): Promise<SyncRow> {
  const row = await db.prepare("SELECT * FROM sync").first<SyncRow>();
  if (!row) throw missingMigrations();
  return row;
}
