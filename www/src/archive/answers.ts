import { all, conditions, type Filter, type Sql, span, textQuery, where } from "./filter.js";
import { type MessageRow, STATUSES, type Status, toDecimal } from "./schema.js";
import { DAY_MS } from "./settings.js";

/**
 * Where the messages are. Answers of several databases are only concatenated, so a second database needs code for sums, orders and
 * limits. Today one database has everything. Beyond 10 GB, one would have the windows and sums, and one for each year the messages;
 * see docs/archive.md.
 */
export interface Catalogue {
  /** The database with the windows and sums. */
  readonly index: D1Database;
  /** The databases with the messages of a span, newest first. */
  messages(from: number, to: number): readonly D1Database[];
}

/** A catalogue of one database. */
export const singleDatabase = (db: D1Database): Catalogue => ({ index: db, messages: () => [db] });

/** Count, fragments and cost, exact. */
export interface Totals {
  readonly count: number;
  readonly fragments: number;
  readonly cost: `${number}`;
}

/** A span of time in milliseconds. `stop` is excluded. */
export interface Span {
  readonly start: number;
  readonly stop: number;
}

/** Sums of one bucket, direction, status and sender. */
export interface Sum extends Totals {
  /** The index of the bucket. */
  readonly bucket: number;
  /** `in`, `out`, another word of the API, or empty. */
  readonly direction: string;
  readonly status: Status;
  /** The sender of sent messages, if it was asked for. */
  readonly sender: string | undefined;
}

/** A frequent value. */
export interface TopEntry extends Totals {
  readonly value: string;
  /** The number of different values, of which the list has the most frequent ones. */
  readonly different: number;
}

/** Failed messages with a code. */
export interface ErrorEntry {
  /** `null`: texts without a code. */
  readonly code: number | null;
  /** `null`: no text. It may quote phone numbers. */
  readonly example: string | null;
  readonly count: number;
}

/** Which part of a list. */
export interface ListOptions {
  readonly limit: number;
  /** The last message of the page before. */
  readonly before?: { readonly at: number; readonly id: number } | undefined;
  readonly offset?: number | undefined;
}

/** Totals as the database has them: the cost is a text, because a sum may be above 2^53. */
type Millionths<Row extends Totals> = Omit<Row, "cost"> & { readonly cost: string };

/** Spans with a smaller share of all messages are read by time, longer ones by the index of a column. */
const SHORT_SPAN = 0.2;
/** Fewer hits are sorted, which takes some milliseconds. More hits are found soon among the newest messages. */
const RARE_HITS = 2_000;

/** Answers questions about the archived messages. Messages that the API no longer has do not count. */
export class Answers {
  constructor(private readonly catalogue: Catalogue) {}

  /** Returns messages, newest first. A message without a date counts to the start of its window. */
  async list(filter: Filter, options: ListOptions): Promise<MessageRow[]> {
    const { before, limit } = options;
    const { text, ...rest } = filter;
    // Not a comparison of pairs: SQLite would begin at the newest message of the span.
    const position = before ? [where("(at < ? OR message_id < ?)", before.at, before.id)] : [];
    const page = before ? { ...rest, to: Math.min(rest.to, before.at) } : rest;
    const hits = text === undefined ? undefined : await this.#hits(page, text);
    // The plus keeps SQLite on the index of times. Otherwise it would read and sort all hits.
    const found = hits ? [where(`+message_id IN (${hits.sql})`, ...hits.values)] : [];
    const query = hits?.isRare
      ? sorted(hits, all([...conditions(page), span(page), ...position]), options)
      : await this.#newest(page, [...position, ...found], options);
    return (await this.#rows<MessageRow>(filter, query)).slice(0, limit);
  }

  /** The ids of the messages with the words of a text. The index of words has no times, so the ids of the span's windows bound it. */
  async #hits(filter: Filter, text: string): Promise<Sql & { readonly isRare: boolean }> {
    const bounds = `SELECT coalesce(min(min_id), 0) AS first, coalesce(max(max_id), 0) AS last FROM win
      WHERE stop + 999 >= ? AND start <= ?`;
    const { first, last } = await this.#index<"first" | "last">(bounds, filter.from, filter.to);
    const hits = {
      sql: "SELECT rowid AS hit FROM message_text WHERE message_text MATCH ? AND rowid BETWEEN ? AND ?",
      values: [textQuery(text), first, last],
    };
    const sql = `SELECT count(*) AS count FROM (${hits.sql} LIMIT ${RARE_HITS})`;
    const counts = await this.#rows<{ count: number }>(filter, { ...hits, sql });
    return { ...hits, isRare: counts.every(({ count }) => count < RARE_HITS) };
  }

  async #newest(filter: Filter, wanted: Sql[], { limit, offset = 0 }: ListOptions): Promise<Sql> {
    const { party, ...rest } = filter;
    const ordered = (index: string, condition: Sql[], count: number) => {
      const { sql, values } = all([...conditions(rest), span(filter), ...wanted, ...condition]);
      return {
        sql: `SELECT message.* FROM message ${index} WHERE ${sql} ORDER BY at DESC, message_id DESC LIMIT ?`,
        values: [...values, count],
      };
    };
    if (party === undefined) {
      const { sql, values } = ordered(await this.#partyIndex(filter), [], limit);
      return { sql: `${sql} OFFSET ?`, values: [...values, offset] };
    }
    // Two ordered halves: an OR would sort all messages of the number.
    const halves = [
      where("source = ?", party),
      where("destination = ? AND source IS NOT ?", party, party),
    ].map((half) => ordered("", [half], limit + offset));
    return {
      sql: `${halves.map(({ sql }) => `SELECT * FROM (${sql})`).join(" UNION ALL ")}
        ORDER BY at DESC, message_id DESC LIMIT ? OFFSET ?`,
      values: [...halves.flatMap(({ values }) => values), limit, offset],
    };
  }

  /** For a sender and a recipient, the index of the one with fewer messages. */
  async #partyIndex({ source, destination }: Filter): Promise<string> {
    if (source === undefined || destination === undefined) return "";
    const count = (column: string) =>
      `(SELECT count(*) FROM (SELECT 1 FROM message WHERE ${column} = ? LIMIT 10000))`;
    const sql = `SELECT ${count("source")} AS sent, ${count("destination")} AS received`;
    const { sent, received } = await this.#index<"sent" | "received">(sql, source, destination);
    return `INDEXED BY message_${sent < received ? "source" : "destination"}`;
  }

  /** Counts messages. */
  async count(filter: Filter): Promise<number> {
    const isSummed = filter.text === undefined && filter.errorCode === undefined;
    const { sql, values } = all([...conditions(filter), span(filter)]);
    const query = { sql: `SELECT count(*) AS count FROM message WHERE ${sql}`, values };
    const rows: readonly { count: number }[] = isSummed
      ? await this.sums(filter, [{ start: filter.from, stop: filter.to + 1 }])
      : await this.#rows(filter, query);
    return rows.reduce((total, { count }) => total + count, 0);
  }

  /** Returns a message, also one that the API no longer has. */
  async message(id: number): Promise<MessageRow | undefined> {
    const query = { sql: `SELECT message.* FROM message WHERE message_id = ?`, values: [id] };
    return (await this.#rows<MessageRow>({ from: 0, to: Number.MAX_SAFE_INTEGER }, query))[0];
  }

  /** Sums messages by bucket, direction and status, and with `bySender` by the sender of sent messages. */
  async sums(filter: Filter, buckets: readonly Span[], bySender = false): Promise<Sum[]> {
    const keys: Key[] = ["bucket", "direction", "status", ...(bySender ? (["sender"] as const) : [])];
    const query = sumsBy(keys, filter, buckets);
    const rows = await this.#rows<Millionths<Omit<Sum, "status">> & { status: number }>(filter, query);
    return rows.map((row) => ({
      ...{ ...row, sender: row.sender ?? undefined },
      ...{ status: STATUSES[row.status] ?? "unknown", cost: toDecimal(row.cost) },
    }));
  }

  /** The most frequent senders or recipients of sent messages, or of received ones if the filter says so. */
  async top(filter: Filter, column: "source" | "destination", limit: number): Promise<TopEntry[]> {
    const directed: Filter = { ...filter, direction: filter.direction ?? "out" };
    const query =
      column === "source" && directed.direction === "out"
        ? topSenders(directed, limit)
        : await this.#topNumbers(directed, column, limit);
    const entries = await this.#rows<Millionths<TopEntry>>(filter, query);
    return entries.map((entry) => ({ ...entry, cost: toDecimal(entry.cost) }));
  }

  async #topNumbers(filter: Filter, column: string, limit: number): Promise<Sql> {
    const { sql, values } = all([...conditions(filter), span(filter), where(`${column} > ''`)]);
    // Counts come from the index alone. Only the messages of the most frequent values are read, for their costs.
    return {
      sql: `WITH frequent AS (
          SELECT ${column} AS value, count(*) AS count, count(*) OVER () AS different
          FROM message ${await this.#topIndex(filter, column)} WHERE ${sql} GROUP BY ${column} ORDER BY 2 DESC, 1 LIMIT ?)
        SELECT value, frequent.count AS count, sum(coalesce(fragments, 0)) AS fragments,
          CAST(sum(coalesce(cost, 0)) AS TEXT) AS cost, different
        FROM frequent CROSS JOIN message ON ${column} = value WHERE ${sql} GROUP BY value ORDER BY 2 DESC, 1`,
      values: [...values, limit, ...values],
    };
  }

  async #topIndex(filter: Filter, column: string): Promise<string> {
    const { source, destination, party, status, errorCode, text } = filter;
    if ([source, destination, party, status, errorCode, text].some((one) => one !== undefined)) return "";
    const sql = `SELECT coalesce(sum(expected) FILTER (WHERE stop >= ? AND start <= ?), 0) AS own,
      coalesce(sum(expected), 0) AS total FROM win`;
    const { own, total } = await this.#index<"own" | "total">(sql, filter.from, filter.to);
    return `INDEXED BY message_${own < total * SHORT_SPAN ? "at" : column}`;
  }

  /** Failed messages by error code, the most frequent first, with one of their texts. */
  async errors(filter: Filter): Promise<ErrorEntry[]> {
    const { sql, values } = all([...conditions(filter), ...conditions({ status: "error" }), span(filter)]);
    return this.#rows<ErrorEntry>(filter, {
      // The error's text is read of messages without a code only: the index has the rest.
      sql: `SELECT found.code, found.count, error AS example FROM (
          SELECT error_code AS code, count(*) AS count, max(message_id) AS id FROM message
          WHERE ${sql} GROUP BY error_code, iif(error_code IS NULL, error IS NULL, NULL)
        ) AS found JOIN message ON message_id = found.id ORDER BY 2 DESC`,
      values,
    });
  }

  /** Asks the database with the windows and sums for one row of numbers. */
  async #index<Column extends string>(sql: string, ...values: (string | number)[]) {
    const statement = this.catalogue.index.prepare(sql).bind(...values);
    return (await statement.first()) as Record<Column, number>;
  }

  /** Asks the databases of a span, the newest first. */
  async #rows<Row>({ from, to }: Filter, { sql, values }: Sql): Promise<Row[]> {
    const found: Row[] = [];
    for (const db of this.catalogue.messages(from, to)) {
      const statement = db.prepare(sql).bind(...values);
      found.push(...(await statement.all<Row>()).results);
    }
    return found;
  }
}

/** Sorts a few hits. SQLite would otherwise read the messages of the span. */
function sorted(hits: Sql, { sql, values }: Sql, { limit, offset = 0 }: ListOptions): Sql {
  return {
    sql: `SELECT message.* FROM (${hits.sql}) CROSS JOIN message ON message_id = hit WHERE ${sql}
      ORDER BY at DESC, message_id DESC LIMIT ? OFFSET ?`,
    values: [...hits.values, ...values, limit, offset],
  };
}

type Key = "bucket" | "direction" | "status" | "sender";

/** The keys of sums, by columns that messages and stored sums have. */
const KEYS: Readonly<Record<Key, string>> = {
  bucket: "bucket",
  direction: "coalesce(direction, '')",
  status: "status",
  sender: "iif(direction = 'out', nullif(source, ''), NULL)",
};

/** Sums messages by keys. Whole UTC days come from the stored sums, the rest from the messages. */
function sumsBy(keys: readonly Key[], filter: Filter, buckets: readonly Span[]): Sql {
  const { destination, party, source, direction, status, text, errorCode } = filter;
  // The stored sums have no sender of received messages.
  const isStored = [destination, party, text, errorCode, direction === "out" ? undefined : source].every(
    (condition) => condition === undefined,
  );
  const days: number[][] = [];
  const edges: number[][] = [];
  for (const [key, { start, stop }] of buckets.entries()) {
    const [first, end] = isStored ? [Math.ceil(start / DAY_MS), Math.floor(stop / DAY_MS)] : [0, 0];
    const isWhole = first < end;
    if (isWhole) days.push([key, first, end]);
    const before = [key, start, isWhole ? first * DAY_MS : stop];
    const after = [key, end * DAY_MS, isWhole ? stop : end * DAY_MS];
    edges.push(...[before, after].filter(([, from = 0, to = 0]) => from < to));
  }
  const stored = all([where("count > 0"), ...conditions({ source, direction, status }).slice(1)]);
  const direct = all(conditions(filter));
  // Materialized: otherwise the JSON is parsed again for each row that is summed.
  const parts = (name: string) =>
    `${name} (bucket, start, stop) AS MATERIALIZED (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`;
  // Grouped apart: a union of all rows would be sorted as a whole.
  const half = (count: string, fragments: string, cost: string, from: string) =>
    `SELECT ${keys.map((key) => `${KEYS[key]} AS ${key}`)}, ${count} AS count, sum(${fragments}) AS fragments,
       sum(${cost}) AS cost FROM ${from} GROUP BY ${keys.map((_, index) => index + 1)}`;
  return {
    sql: `WITH ${parts("days")}, ${parts("edges")}
      SELECT ${keys}, sum(count) AS count, sum(fragments) AS fragments, CAST(sum(cost) AS TEXT) AS cost FROM (
        ${half("sum(count)", "fragments", "cost", `days CROSS JOIN day ON day >= start AND day < stop WHERE ${stored.sql}`)}
        UNION ALL
        ${half("count(*)", "coalesce(fragments, 0)", "coalesce(cost, 0)", `edges CROSS JOIN message ON at >= start AND at < stop WHERE ${direct.sql}`)}
      ) GROUP BY ${keys}`,
    values: [JSON.stringify(days), JSON.stringify(edges), ...stored.values, ...direct.values],
  };
}

function topSenders(filter: Filter, limit: number): Sql {
  const { sql, values } = sumsBy(["sender"], filter, [{ start: filter.from, stop: filter.to + 1 }]);
  return {
    sql: `SELECT sender AS value, count, fragments, cost, count(*) OVER () AS different FROM (${sql})
      WHERE sender IS NOT NULL ORDER BY 2 DESC, 1 LIMIT ?`,
    values: [...values, limit],
  };
}
