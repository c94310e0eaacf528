import type { SmsHistoryClient } from "voximplant-sms-history/edge";
import { ArchiveError, describeError, isOfWindow, reportOf } from "./errors.js";
import { isForgotten, type Tombstones } from "./forget.js";
import { daysOf } from "./plan.js";
import type { cutoffs } from "./retention.js";
import {
  API_COLUMNS,
  type ApiRow,
  CONCLUDE_WINDOWS,
  FORGET_STALE_DAYS,
  MARK_GONE,
  REFRESH_DAYS,
  toMicros,
  toTuple,
  UPSERT,
  type WinRow,
} from "./schema.js";

/** D1 takes values of up to 2,000,000 bytes. */
const MAX_CHUNK_BYTES = 1_900_000;
/** A full database may have space of deleted rows. Without it, each run adds a chunk. */
const CHUNK_BYTES_IF_FULL = 100_000;
/** The part of the size limit at which writing stops, so that deletions still have space. */
const FULL = 0.98;
/** How far a reading of a growing window goes back. */
export const OVERLAP_MS = 15 * 60_000;

/** What is left out, and when writing stops. */
export interface Rules extends ReturnType<typeof cutoffs> {
  readonly tombstones: Tombstones;
  /** The size limit of the database. */
  readonly maxBytes: number;
}

/** A window as the API has it. */
interface Reading {
  readonly win: WinRow;
  /** Otherwise the end of the window was read, and its messages are only counted. */
  readonly isWhole: boolean;
  /** The rows to write, each a `Tuple` in JSON. */
  readonly tuples: readonly string[];
  readonly ids: readonly number[];
  /** The ids of messages that are left out. */
  readonly omittedIds: readonly number[];
  readonly count: number;
  /** Of the messages that are kept. The cost is in millionths. */
  readonly fragments: number;
  readonly cost: number;
  readonly problem: string | null;
}

/** What a reading has done. */
export interface ReadResult {
  /** Windows that were read or passed over. */
  readonly windows: number;
  readonly rows: number;
  /** Rows written to messages, texts and sums, as D1 bills them. */
  readonly written: number;
}

/** Reads windows, writes what changed, and compares them with the API. */
export class Reader {
  #written = 0;
  #chunk: string[] = [];
  #bytes = 0;

  constructor(
    private readonly db: D1Database,
    private readonly client: SmsHistoryClient,
    private readonly rules: Rules,
    private readonly startedAt: number,
    /** The size of the database in bytes. */
    private size: number,
  ) {}

  /**
   * Reads windows. A window whose reading fails keeps its state, and does not hold up the others. The next run reads it again
   * if it failed for a reason of its own, otherwise the next step. Throws if all of them fail, and not each for its own reason.
   */
  async read(windows: readonly WinRow[]): Promise<ReadResult> {
    const failures = new Map<number, unknown>();
    // The client's limiter bounds the requests. Rows are written while later windows are read.
    const pending = windows.map((win) =>
      this.#readWindow(win).catch((error) => void failures.set(win.id, error)),
    );
    const readings: Reading[] = [];
    for (const promise of pending) {
      const reading = await promise;
      if (!reading) continue;
      for (const tuple of reading.tuples) await this.#write(tuple);
      readings.push(reading);
    }
    await this.#flush();
    await this.#conclude(readings);
    const own = [...failures].filter(([, error]) => isOfWindow(error));
    if (own.length > 0) await this.#passOver(own);
    const others = [...failures.values()].filter((error) => !isOfWindow(error));
    if (readings.length === 0 && others.length > 0) throw others[0];
    const rows = readings.reduce((sum, { ids }) => sum + ids.length, 0);
    return { windows: readings.length + own.length, rows, written: this.#written };
  }

  /** Leaves windows to the next run, and reports the error of the first one. */
  async #passOver(failures: readonly (readonly [id: number, error: unknown])[]): Promise<void> {
    const sql = "UPDATE win SET due = 1, tried_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))";
    const pass = this.db.prepare(sql).bind(JSON.stringify(failures.map(([id]) => id)), this.startedAt);
    await this.db.batch([pass, reportOf(this.db, describeError(failures[0]?.[1]))]);
  }

  async #readWindow(win: WinRow): Promise<Reading> {
    const { keepFrom, keepTextFrom, tombstones } = this.rules;
    const isWhole = win.read_to === null || win.due === 1 || win.state === "differs";
    const from = isWhole ? win.start : Math.max(win.start, (win.read_to ?? 0) - OVERLAP_MS);
    const toDate = new Date(win.stop);
    const tuples: string[] = [];
    const [ids, omittedIds]: [number[], number[]] = [[], []];
    let [count, fragments, cost] = [0, 0, 0];
    let problem: string | null = null;
    for await (const page of this.client.pages({ fromDate: new Date(from), toDate, count: 1000 })) {
      count += page.totals.count;
      fragments += page.totals.fragments;
      cost += toMicros(page.totals.cost) ?? 0;
      for (const row of page.toRows(API_COLUMNS) as ApiRow[]) {
        const [id, source, destination, parts, price, date, text] = row;
        const at = date ?? win.start;
        const micros = price === null ? null : toMicros(price);
        if (id === null) {
          problem = "a message without an id";
          continue;
        }
        ids.push(id);
        if (micros === undefined) {
          problem = `message ${id}: expected a cost in millionths, got another form or more digits`;
        } else if (at < keepFrom || (await isForgotten(tombstones, [source, destination], at))) {
          omittedIds.push(id);
          fragments -= parts ?? 0;
          cost -= micros ?? 0;
        } else {
          const kept = at < keepTextFrom ? null : text;
          const tuple = toTuple(row, { cost: micros, at, text: kept, win: win.id });
          // As text at once: so many arrays would take longer to collect than their pages to read.
          tuples.push(JSON.stringify(tuple));
        }
      }
    }
    if (!isWhole) count = await this.client.count({ fromDate: new Date(win.start), toDate });
    return { win, isWhole, tuples, ids, omittedIds, count, fragments, cost, problem };
  }

  get #isFull(): boolean {
    return this.size >= this.rules.maxBytes * FULL;
  }

  /** Writes rows in chunks. */
  async #write(tuple: string): Promise<void> {
    // At most 3 bytes for each UTF-16 unit.
    const bytes = tuple.length * 3;
    const limit = this.#isFull ? CHUNK_BYTES_IF_FULL : MAX_CHUNK_BYTES;
    if (this.#bytes + bytes > limit) await this.#flush();
    this.#chunk.push(tuple);
    this.#bytes += bytes;
  }

  async #flush(): Promise<void> {
    if (this.#chunk.length === 0) return;
    const json = `[${this.#chunk.join()}]`;
    [this.#chunk, this.#bytes] = [[], 0];
    const { meta } = await this.db.prepare(UPSERT).bind(json, this.startedAt).run();
    this.#written += meta.rows_written;
    // A database does not shrink. Rows that fit into the space of deleted ones are written.
    const grows = meta.size_after > this.size;
    this.size = meta.size_after;
    if (grows && this.#isFull) {
      throw new ArchiveError("database_full", "the database is full; nothing more is written", false);
    }
  }

  /** Marks what the API no longer has, updates the sums, and compares the windows. */
  async #conclude(readings: readonly Reading[]): Promise<void> {
    const { db, startedAt, rules } = this;
    const whole = readings.filter(({ isWhole }) => isWhole);
    const results = readings.map(({ win, isWhole, omittedIds, count, fragments, cost, problem }) => ({
      ...{ id: win.id, read_to: win.stop, read_at: isWhole ? startedAt : win.read_at, count, problem },
      omitted: isWhole ? omittedIds.length : win.omitted,
      // A partial reading compares the counts of the whole window.
      ...(isWhole ? { fragments, cost } : {}),
    }));
    const json = (values: readonly unknown[]) => JSON.stringify(values);
    const omitted = json(readings.flatMap(({ omittedIds }) => omittedIds));
    // A message without an id may be any of those that are stored.
    const complete = whole.filter(({ ids, count }) => ids.length === count);
    const windows = json(complete.map(({ win }) => win.id));
    const ids = json(complete.flatMap(({ ids }) => ids));
    const days = json(readings.flatMap(({ win }) => daysOf(win.start, win.stop)));
    const batch = await db.batch([
      // A reading that began before the deletion of a person may have written them since.
      db.prepare("DELETE FROM message WHERE message_id IN (SELECT value FROM json_each(?1))").bind(omitted),
      db.prepare(MARK_GONE).bind(windows, ids, startedAt),
      db.prepare(REFRESH_DAYS).bind(days),
      db.prepare(FORGET_STALE_DAYS),
      db.prepare(CONCLUDE_WINDOWS).bind(json(results), startedAt, rules.tombstones.newest),
    ]);
    this.#written += batch.slice(0, -1).reduce((sum, { meta }) => sum + meta.rows_written, 0);
  }
}
