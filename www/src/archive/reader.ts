import type { SmsHistoryClient } from "voximplant-sms-history/edge";
import { isCurrent, isForgotten, type Tombstones } from "./forget.js";
import {
  API_COLUMNS,
  type ApiRow,
  errorCode,
  FORGET_STALE_DAYS,
  REFRESH_DAYS,
  statusCells,
  type Tuple,
  toMicros,
  UPSERT,
  type WinRow,
} from "./schema.js";
import { ArchiveError, DAY_MS } from "./settings.js";

/** Windows that are read at the same time. */
const READ_AHEAD = 3;
/** D1 takes values of up to 2,000,000 bytes. */
const MAX_CHUNK_BYTES = 1_900_000;
/** How far a reading of a growing window goes back. */
export const OVERLAP_MS = 15 * 60_000;
const SECOND_MS = 1000;

/** Count, fragments, and cost in millionths. */
type Sums = [count: number, fragments: number, cost: number];

function add(sums: Sums, count: number, fragments: number | null, cost: number | null | undefined): void {
  sums[0] += count;
  sums[1] += fragments ?? 0;
  sums[2] += cost ?? 0;
}

/** The rules that leave out messages and texts. Times are in milliseconds. */
export interface Rules {
  /** Older messages are left out. */
  readonly keepFrom: number;
  /** Older texts are left out. */
  readonly keepTextFrom: number;
  readonly tombstones: Tombstones;
}

/** A window as the API has it. */
interface Reading {
  readonly win: WinRow;
  readonly isWhole: boolean;
  readonly tuples: readonly Tuple[];
  /** The ids of messages whose cost cannot be stored. */
  readonly refused: readonly number[];
  /** The ids of messages that are left out. */
  readonly omittedIds: readonly number[];
  /** Of the API. */
  readonly api: Sums;
  /** Of the messages that are left out. */
  readonly omitted: Sums;
  readonly problem: string | null;
}

/** What a reading has done. */
export interface ReadResult {
  readonly windows: number;
  readonly rows: number;
  /** Rows written to messages, texts and sums, as D1 bills them. */
  readonly written: number;
}

/** Reads windows, writes what changed, and compares them with the API. */
export class Reader {
  constructor(
    private readonly db: D1Database,
    private readonly client: SmsHistoryClient,
    private readonly rules: Rules,
    private readonly maxBytes: number,
    private readonly now: () => number,
  ) {}

  async read(windows: readonly WinRow[]): Promise<ReadResult> {
    const startedAt = this.now();
    const writer = new Writer(this.db, startedAt, this.maxBytes, await this.#size());
    const readings: Reading[] = [];
    for await (const reading of readAhead(windows, (win) => this.#readWindow(win))) {
      for (const tuple of reading.tuples) await writer.add(tuple);
      readings.push(reading);
    }
    await writer.flush();
    const written = writer.written + (await this.#conclude(readings, startedAt));
    return { windows: windows.length, rows: readings.reduce((sum, { api }) => sum + api[0], 0), written };
  }

  /** The size of the database at the beginning of the step. */
  async #size(): Promise<number> {
    return (await this.db.prepare("SELECT bytes FROM sync").first<number>("bytes")) ?? 0;
  }

  async #readWindow(win: WinRow): Promise<Reading> {
    const { keepFrom, keepTextFrom, tombstones } = this.rules;
    const isWhole = win.read_to === null || win.due === 1 || win.state === "differs";
    const from = isWhole ? win.start : Math.max(win.start, win.read_to - OVERLAP_MS);
    const query = { fromDate: new Date(from), toDate: new Date(win.stop), count: 1000 };
    const tuples: Tuple[] = [];
    const [refused, omittedIds]: [number[], number[]] = [[], []];
    const [api, omitted]: [Sums, Sums] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    let problem: string | null = null;
    for await (const page of this.client.pages(query)) {
      const { count, fragments, cost } = page.totals;
      add(api, count, fragments, toMicros(cost));
      for (const row of page.toRows(API_COLUMNS) as ApiRow[]) {
        const [id, source, destination, direction, raw, parts, cost, status, error, date, transaction, text] =
          row;
        const at = date ?? win.start;
        const micros = cost === null ? null : toMicros(cost);
        if (id === null) {
          problem = "a message without an id";
        } else if (micros === undefined) {
          problem = `message ${id}: expected a cost in millionths, got another form or more digits`;
          refused.push(id);
        } else if (at < keepFrom || (await isForgotten(tombstones, [source, destination], at))) {
          add(omitted, 1, parts, micros);
          omittedIds.push(id);
        } else {
          const kept = at < keepTextFrom ? null : text;
          tuples.push([
            ...[id, source, destination, raw ?? direction, parts, micros, ...statusCells(status), error],
            ...[errorCode(error), at, date === null ? 0 : 1, transaction, kept, win.id],
          ]);
        }
      }
    }
    return { win, isWhole, tuples, refused, omittedIds, api, omitted, problem };
  }

  /** Marks what the API no longer has, compares, and updates the sums and the windows. Returns the written rows. */
  async #conclude(readings: readonly Reading[], startedAt: number): Promise<number> {
    let written = 0;
    const omittedIds = readings.flatMap((reading) => reading.omittedIds);
    if (omittedIds.length > 0) {
      // A reading that began before the deletion of a person may have written them since.
      const sql = "DELETE FROM message WHERE message_id IN (SELECT value FROM json_each(?1))";
      written += rowsWritten([await this.db.prepare(sql).bind(JSON.stringify(omittedIds)).run()]);
    }
    let local = await this.#localSums(readings);
    const surplus = readings.filter(
      ({ win, isWhole, tuples }) => isWhole && (local.get(win.id)?.count ?? 0) > tuples.length,
    );
    if (surplus.length > 0) {
      const results = await this.db.batch(surplus.map((reading) => this.#markGone(reading, startedAt)));
      written += rowsWritten(results);
      local = await this.#localSums(readings);
    }
    const states = await Promise.all(
      readings.map((reading) => this.#compare(reading, local.get(reading.win.id), startedAt)),
    );
    const results = await this.db.batch([
      this.db.prepare(REFRESH_DAYS).bind(JSON.stringify(daysOf(readings))),
      this.db.prepare(FORGET_STALE_DAYS),
      this.db.prepare(UPDATE_WINDOWS).bind(JSON.stringify(states), startedAt),
    ]);
    return written + rowsWritten(results.slice(0, 2));
  }

  /** The new state of a window. A partial reading compares the counts of the whole window. */
  async #compare(
    { win, isWhole, api, omitted, problem }: Reading,
    local: LocalSums | undefined,
    startedAt: number,
  ) {
    const { count = 0, fragments = 0, cost = 0, min_id = null, max_id = null } = local ?? {};
    const span = { fromDate: new Date(win.start), toDate: new Date(win.stop) };
    const expected = isWhole ? api[0] : await this.client.count(span);
    const left = isWhole ? omitted[0] : win.omitted;
    const isCounted = count + left === expected;
    const isExact =
      isCounted && (!isWhole || (fragments + omitted[1] === api[1] && cost + omitted[2] === api[2]));
    const difference = isCounted
      ? "fragments or costs differ"
      : `expected ${expected - left} messages, got ${count}`;
    return {
      ...{
        id: win.id,
        state: isExact && !problem ? "exact" : "differs",
        problem: problem ?? (isExact ? null : difference),
      },
      ...{
        read_to: win.stop,
        read_at: isWhole ? startedAt : win.read_at,
        expected,
        omitted: left,
        min_id,
        max_id,
      },
    };
  }

  #markGone({ win, tuples, refused }: Reading, startedAt: number): D1PreparedStatement {
    const ids = JSON.stringify([...tuples.map(([id]) => id), ...refused]);
    return this.db
      .prepare(
        `UPDATE message SET gone_at = ?1, read_at = ?1 WHERE win = ?2 AND gone_at IS NULL AND read_at < ?1
         AND message_id NOT IN (SELECT value FROM json_each(?3))`,
      )
      .bind(startedAt, win.id, ids);
  }

  async #localSums(readings: readonly Reading[]) {
    const ids = JSON.stringify(readings.map(({ win }) => win.id));
    if (!(await isCurrent(this.db, this.rules.tombstones))) {
      throw new ArchiveError("superseded", "a person's messages were deleted during the reading", true);
    }
    const { results } = await this.db
      .prepare(
        `SELECT win, count(*) AS count, sum(coalesce(fragments, 0)) AS fragments, sum(coalesce(cost, 0)) AS cost,
           min(message_id) AS min_id, max(message_id) AS max_id
         FROM message WHERE win IN (SELECT value FROM json_each(?1)) AND gone_at IS NULL GROUP BY win`,
      )
      .bind(ids)
      .all<LocalSums>();
    return new Map(results.map((row) => [row.win, row]));
  }
}

/** The stored messages of a window. */
interface LocalSums {
  readonly win: number;
  readonly count: number;
  readonly fragments: number;
  readonly cost: number;
  readonly min_id: number;
  readonly max_id: number;
}

const UPDATE_WINDOWS = `
  UPDATE win SET state = value ->> 'state', problem = value ->> 'problem', read_to = value ->> 'read_to',
    read_at = value ->> 'read_at', expected = value ->> 'expected', omitted = value ->> 'omitted',
    min_id = value ->> 'min_id', max_id = value ->> 'max_id', due = iif(value ->> 'read_at' IS ?2, 0, due), tried_at = ?2
  FROM json_each(?1) WHERE win.id = value ->> 'id' AND coalesce(win.tried_at, 0) <= ?2 AND win.state <> 'expired'`;

/** Writes rows in chunks. Meanwhile the next windows are read. */
class Writer {
  written = 0;
  #chunk: string[] = [];
  #bytes = 0;

  constructor(
    private readonly db: D1Database,
    private readonly startedAt: number,
    private readonly maxBytes: number,
    private size: number,
  ) {}

  async add(tuple: Tuple): Promise<void> {
    const json = JSON.stringify(tuple);
    // At most 3 bytes for each UTF-16 unit.
    const bytes = json.length * 3;
    if (this.#bytes + bytes > MAX_CHUNK_BYTES) await this.flush();
    this.#chunk.push(json);
    this.#bytes += bytes;
  }

  async flush(): Promise<void> {
    if (this.#chunk.length === 0) return;
    const json = `[${this.#chunk.join()}]`;
    [this.#chunk, this.#bytes] = [[], 0];
    const { meta } = await this.db.prepare(UPSERT).bind(json, this.startedAt).run();
    this.written += meta.rows_written;
    // A database does not shrink. Rows that fit into the space of deleted ones are written.
    const grows = meta.size_after > this.size;
    this.size = meta.size_after;
    if (grows && this.size >= this.maxBytes * FULL) {
      throw new ArchiveError("database_full", "the database is full; nothing more is written", false);
    }
  }
}

/** The part of the size limit at which writing stops, so that deletions still have space. */
const FULL = 0.98;

function rowsWritten(results: readonly D1Result[]): number {
  return results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
}

/** The days that windows and their messages touch. */
function daysOf(readings: readonly Reading[]): number[] {
  const days = new Set<number>();
  for (const { win } of readings) {
    for (let time = win.start; time < win.stop + SECOND_MS; time += DAY_MS)
      days.add(Math.floor(time / DAY_MS));
    days.add(Math.floor(win.stop / DAY_MS));
  }
  return [...days];
}

/** Works on a few items ahead of the consumer, in order. */
async function* readAhead<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) {
  const queue: Promise<Result>[] = [];
  for (const item of items) {
    const promise = work(item);
    // Awaited later. Until then its rejection is not unhandled.
    promise.catch(() => {});
    queue.push(promise);
    if (queue.length >= READ_AHEAD) yield await (queue.shift() as Promise<Result>);
  }
  for (const promise of queue) yield await promise;
}
