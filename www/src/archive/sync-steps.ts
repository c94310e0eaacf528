import { RateLimiter, SmsHistoryClient } from "voximplant-sms-history/edge";
import { serviceAccount } from "../worker/account.js";
import { readBaseUrl } from "../worker/settings.js";
import { skipWindow } from "./errors.js";
import { loadTombstones } from "./forget.js";
import { grownStop, lastSettledSecond, planWindows, SECOND_MS, startOfDay } from "./plan.js";
import { OVERLAP_MS, Reader, type ReadResult } from "./reader.js";
import { applyRetention, cutoffs } from "./retention.js";
import type { WinRow } from "./schema.js";
import { type ArchivedEnv, type ArchiveSettings, DAY_MS, HOUR_MS, readArchiveSettings } from "./settings.js";

/** Windows and messages of one step. */
const STEP_WINDOWS = 50;
const STEP_ROWS = 20_000;
/** Windows that a step compares by count. */
const VERIFY_WINDOWS = 200;
/** Requests at the same time. A Worker has 6 connections. */
const MAX_IN_FLIGHT = 4;
/** A message that still waits after so long is not looked at again. */
const WAITING_MS = 14 * DAY_MS;
/** The interval between readings of a window with waiting messages is this part of its age, at least an hour. */
const WAITING_SHARE = 1 / 8;
/** Every window is read again within so many nights, whatever its count says. */
const RECHECK_NIGHTS = 30;

/** The steps of the synchronization. Each is idempotent, so it may be interrupted and repeated at any point. */
export class SyncSteps {
  constructor(
    private readonly db: D1Database,
    private readonly client: SmsHistoryClient,
    private readonly settings: ArchiveSettings,
    private readonly now: () => number = Date.now,
  ) {}

  /** Plans windows until a minute ago: the last one grows, and new ones follow. */
  async plan(): Promise<void> {
    const now = this.now();
    const until = lastSettledSecond(now);
    const last = await this.db.prepare("SELECT * FROM win ORDER BY start DESC LIMIT 1").first<WinRow>();
    const stop = last ? grownStop(last, until) : 0;
    const from = last ? stop + SECOND_MS : Math.max(this.settings.from, cutoffs(this.settings, now).keepFrom);
    // Today on its own: messages still arrive on it.
    const today = Math.max(from, startOfDay(until));
    const added = [
      ...(await planWindows(this.client, from, today - SECOND_MS)),
      ...(await planWindows(this.client, today, until)),
    ];
    const grow = "UPDATE win SET stop = ?2 WHERE id = ?1 AND stop = ?3";
    // Only if no other planner was faster: windows must not overlap.
    const add = `INSERT INTO win (start, stop, state, expected)
      SELECT value ->> 'start', value ->> 'stop', 'planned', value ->> 'expected' FROM json_each(?1)
      WHERE (SELECT coalesce(max(stop), 0) FROM win) = ?2`;
    await this.db.batch([
      this.db.prepare(grow).bind(last?.id ?? 0, stop, last?.stop ?? 0),
      this.db.prepare(add).bind(JSON.stringify(added), stop),
    ]);
  }

  /**
   * Reads the oldest windows that are new, due or different, and those that the overlap reaches. `since` is the start of the run,
   * which reads each window once. Due ones come last: those that no run can read are among them.
   */
  async readNext(since: number): Promise<ReadResult> {
    const sql = `SELECT * FROM win WHERE state <> 'expired' AND (tried_at IS NULL OR tried_at < ?1)
      AND (due = 1 OR state <> 'exact' OR read_to < stop OR stop > ?2) ORDER BY due, start LIMIT ${STEP_WINDOWS}`;
    const overlap = lastSettledSecond(this.now()) - OVERLAP_MS;
    const { results, meta } = await this.db.prepare(sql).bind(since, overlap).all<WinRow>();
    let rows = 0;
    // The first one at any size.
    const windows = results.filter((win, index) => {
      rows += win.expected;
      return index === 0 || rows <= STEP_ROWS;
    });
    if (windows.length === 0) return { windows: 0, rows: 0, written: 0 };
    const tombstones = await loadTombstones(this.db, this.settings.secret);
    const { maxBytes } = this.settings;
    // The clock of this step may be behind that of the run's start. The run would then read its windows again and again.
    const startedAt = Math.max(since, this.now());
    const rules = { ...cutoffs(this.settings, startedAt), tombstones, maxBytes };
    return new Reader(this.db, this.client, rules, startedAt, meta.size_after).read(windows);
  }

  /** Marks windows with waiting messages, at intervals that grow with their age. With `all`, at any interval. */
  async markWaiting(all: boolean): Promise<void> {
    const now = this.now();
    const sql = `UPDATE win SET due = 1 WHERE id IN (
        SELECT DISTINCT win FROM message WHERE status <> 1 AND status = 3 AND at >= ?1 AND gone_at IS NULL
      ) AND state <> 'expired' AND (?2 OR read_at + max(${HOUR_MS}, (?3 - stop) * ${WAITING_SHARE}) <= ?3)`;
    const since = now - WAITING_MS;
    await this.db.prepare(sql).bind(since, Number(all), now).run();
    await this.db.prepare("UPDATE sync SET waiting_at = ?1").bind(now).run();
  }

  /**
   * Compares the counts of the windows behind a time with the API, and marks those that differ. Returns the start of the last
   * window, or `null` after the last one.
   */
  async verify(after: number): Promise<number | null> {
    const sql = `SELECT id, start, read_to, omitted + (SELECT count(*) FROM message WHERE win = win.id AND gone_at IS NULL) AS count
      FROM win WHERE start > ?1 AND state <> 'expired' AND read_to IS NOT NULL ORDER BY start LIMIT ${VERIFY_WINDOWS}`;
    const { results: windows } = await this.db.prepare(sql).bind(after).all<WinRow & { count: number }>();
    const differing: number[] = [];
    // The client's limiter bounds the requests.
    await Promise.all(
      windows.map(async ({ id, start, read_to, count }) => {
        const span = { fromDate: new Date(start), toDate: new Date(read_to ?? 0) };
        // A window without a count differs: its reading reports why.
        if ((await this.client.count(span).catch(skipWindow)) !== count) differing.push(id);
      }),
    );
    const mark = "UPDATE win SET due = 1, state = 'differs' WHERE id IN (SELECT value FROM json_each(?1))";
    await this.db.prepare(mark).bind(JSON.stringify(differing)).run();
    return windows.length === VERIFY_WINDOWS ? (windows.at(-1)?.start ?? null) : null;
  }

  /** Concludes a night: marks waiting windows, and those whose last reading is the oldest. */
  async concludeVerification(): Promise<void> {
    await this.markWaiting(true);
    const sql = `UPDATE win SET due = 1 WHERE id IN (
        SELECT id FROM win WHERE state = 'exact' AND expected > 0 ORDER BY read_at
        LIMIT (SELECT count(*) / ${RECHECK_NIGHTS} + 1 FROM win)
      )`;
    await this.db.prepare(sql).run();
    await this.db.prepare("UPDATE sync SET verified_at = ?1").bind(this.now()).run();
  }

  /** Deletes what the retention no longer keeps. Returns whether nothing is left to do. */
  async retain(): Promise<boolean> {
    return applyRetention(this.db, this.settings, this.now());
  }
}

/** Creates the steps with the deployment's account. */
export async function createSyncSteps(env: ArchivedEnv): Promise<SyncSteps> {
  const client = new SmsHistoryClient({
    token: await serviceAccount(env),
    baseUrl: readBaseUrl(env),
    limiter: new RateLimiter({ maxInFlight: MAX_IN_FLIGHT }),
    // A request without a response holds up all windows of its step.
    attemptTimeoutMs: 15_000,
    retry: { maxAttempts: 8, maxDelayMs: 30_000 },
  });
  return new SyncSteps(env.ARCHIVE, client, readArchiveSettings(env));
}
