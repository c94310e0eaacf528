import type { SmsMessage } from "voximplant-sms-history/edge";
import { errorCodeOf } from "../error-code.js";

/** A window: a span of time that is read as a whole. Times are in milliseconds since 1970, UTC, inclusive seconds. */
export interface WinRow {
  readonly id: number;
  readonly start: number;
  readonly stop: number;
  readonly state: "planned" | "exact" | "differs" | "expired";
  readonly due: number;
  readonly read_to: number | null;
  readonly read_at: number | null;
  readonly expected: number;
  readonly omitted: number;
}

/** The state of the synchronization. */
export interface SyncRow {
  readonly instance: string | null;
  readonly beat_at: number;
  /** When a run last ended without an error. */
  readonly succeeded_at: number | null;
  readonly verified_at: number | null;
  readonly waiting_at: number | null;
  readonly error_kind: string | null;
  readonly error: string | null;
  readonly error_at: number | null;
}

/** A stored message, as answers read it. */
export interface MessageRow {
  readonly message_id: number;
  readonly source: string | null;
  readonly destination: string | null;
  readonly direction: string | null;
  readonly fragments: number | null;
  readonly cost: number | null;
  readonly status: number;
  readonly status_id: string | null;
  readonly error: string | null;
  readonly at: number;
  readonly dated: number;
  readonly transaction_id: number | null;
  readonly text: string | null;
  readonly gone_at: number | null;
}

/** A row on its way into the database: the cells of {@link UPSERT}, in order. */
export type Tuple = readonly (string | number | null)[];

/** The columns that may change. The others identify a message; setting them would rewrite their indexes. */
const MUTABLE =
  "fragments, cost, status, status_id, error, error_code, at, dated, transaction_id, text, win".split(", ");
const WRITTEN = ["message_id", "source", "destination", "direction", ...MUTABLE];

/**
 * Writes rows, given as a JSON array of tuples. `?2` is when their reading began.
 *
 * `WHERE true` separates the SELECT from ON CONFLICT. Ascending ids are three times as fast as descending ones, because FTS5
 * flushes when ids descend. Unchanged rows are not written, and a row of a newer reading is not overwritten by an older one.
 */
export const UPSERT = `
  INSERT INTO message (${WRITTEN}, read_at)
  SELECT ${WRITTEN.map((_, index) => `value ->> ${index}`)}, ?2 FROM json_each(?1) WHERE true ORDER BY 1
  ON CONFLICT (message_id) DO UPDATE SET
    ${MUTABLE.map((column) => `${column} = excluded.${column}`)}, gone_at = NULL, read_at = excluded.read_at
  WHERE message.read_at <= excluded.read_at AND (message.gone_at IS NOT NULL
    OR ${MUTABLE.map((column) => `message.${column} IS NOT excluded.${column}`).join(" OR ")})`;

/**
 * Recomputes the sums of days, given as a JSON array of day numbers, and of the stale ones. Unchanged sums are not written. Sums
 * whose messages are gone become zero.
 */
export const REFRESH_DAYS = `
  WITH touched (day) AS (SELECT value FROM json_each(?1) UNION SELECT day FROM stale_day)
  INSERT INTO day (day, direction, status, source, count, fragments, cost)
  SELECT day, direction, status, source, sum(count), sum(fragments), sum(cost) FROM (
    SELECT touched.day, coalesce(direction, '') AS direction, status,
      iif(direction = 'out', coalesce(source, ''), '') AS source,
      1 AS count, coalesce(fragments, 0) AS fragments, coalesce(cost, 0) AS cost
    FROM touched CROSS JOIN message ON at >= touched.day * 86400000 AND at < (touched.day + 1) * 86400000
    WHERE gone_at IS NULL
    UNION ALL
    SELECT day, direction, status, source, 0, 0, 0 FROM day WHERE day IN (SELECT day FROM touched)
  ) WHERE true GROUP BY 1, 2, 3, 4
  ON CONFLICT (day, direction, status, source) DO UPDATE SET
    count = excluded.count, fragments = excluded.fragments, cost = excluded.cost
  WHERE day.count <> excluded.count OR day.fragments <> excluded.fragments OR day.cost <> excluded.cost`;

/** Runs after {@link REFRESH_DAYS}, in the same batch. */
export const FORGET_STALE_DAYS = "DELETE FROM stale_day";

/** Counts the messages of a condition, which are about to be deleted, as left out of their windows. */
export const countOmitted = (condition: string) => `
  UPDATE win SET omitted = omitted + counts.count FROM (
    SELECT win AS id, count(*) AS count FROM message WHERE (${condition}) AND gone_at IS NULL GROUP BY win
  ) AS counts WHERE counts.id = win.id`;

/**
 * Marks messages that the API no longer has: those of the windows `?1` that are not among the ids `?2`. `?3` is when the reading
 * began; rows of a newer one stay.
 */
export const MARK_GONE = `
  UPDATE message SET gone_at = ?3, read_at = ?3
  WHERE win IN (SELECT value FROM json_each(?1)) AND gone_at IS NULL AND read_at < ?3
    AND message_id NOT IN (SELECT value FROM json_each(?2))`;

/**
 * Compares windows with the API, given as a JSON array of objects. `?2` is when the reading began. Nothing changes if a newer reading
 * has begun, or a person was deleted since `?3`: the windows are then read again.
 */
export const CONCLUDE_WINDOWS = `
  WITH api AS MATERIALIZED (
    SELECT value ->> 'id' AS id, value ->> 'read_to' AS read_to, value ->> 'read_at' AS read_at, value ->> 'count' AS expected,
      value ->> 'omitted' AS omitted, value ->> 'fragments' AS fragments, value ->> 'cost' AS cost, value ->> 'problem' AS problem
    FROM json_each(?1)
  ), found AS (
    SELECT api.*, count(message_id) AS count, min(message_id) AS min_id, max(message_id) AS max_id,
      coalesce(sum(message.fragments), 0) AS own_fragments, coalesce(sum(message.cost), 0) AS own_cost
    FROM api LEFT JOIN message ON win = api.id AND gone_at IS NULL GROUP BY api.id
  ), compared AS (
    SELECT *, CASE
      WHEN problem IS NOT NULL THEN problem
      WHEN count + omitted <> expected THEN format('expected %d messages, got %d', expected - omitted, count)
      WHEN fragments <> own_fragments OR cost <> own_cost THEN 'fragments or costs differ'
    END AS difference FROM found
  )
  UPDATE win SET state = iif(difference IS NULL, 'exact', 'differs'), problem = difference, read_to = compared.read_to,
    read_at = compared.read_at, due = iif(compared.read_at IS ?2, 0, due), tried_at = ?2, expected = compared.expected,
    omitted = compared.omitted, min_id = compared.min_id, max_id = compared.max_id
  FROM compared WHERE win.id = compared.id AND coalesce(tried_at, 0) <= ?2 AND state <> 'expired'
    AND (SELECT coalesce(max(until), 0) FROM forgotten) = ?3`;

/** Converts an exact decimal to millionths. `undefined` if it is not an integer of them, or above 2^53 - 1. */
export function toMicros(decimal: string): number | undefined {
  const [, sign = "", units = "", decimals = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (units === "" || /[^0]/.test(decimals.slice(6))) return undefined;
  const micros = Number(`${sign}${units}${decimals.slice(0, 6).padEnd(6, "0")}`);
  return Number.isSafeInteger(micros) ? micros : undefined;
}

/** Converts millionths, which may be the text of a sum above 2^53 - 1, to an exact decimal. */
export function toDecimal(micros: string | number): `${number}` {
  const text = String(micros);
  const sign = text.startsWith("-") ? "-" : "";
  const digits = text.slice(sign.length).padStart(7, "0");
  const decimals = digits.slice(-6).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -6)}${decimals && `.${decimals}`}` as `${number}`;
}

/** The columns that are read from a page. */
export const API_COLUMNS: readonly (keyof SmsMessage)[] =
  "messageId sourceNumber destinationNumber fragments cost processedDate text errorMessage direction rawDirection statusId transactionId".split(
    " ",
  ) as (keyof SmsMessage)[];

type Text = string | null;
type Numeric = number | null;
/** The cells of {@link API_COLUMNS}: costs are exact decimals, dates in milliseconds. */
export type ApiRow = [Numeric, Text, Text, Numeric, Text, Numeric, Text, Text, Text, Text, Text, Numeric];

/** Returns the row of a message, with the cells that depend on its window. */
export function toTuple(
  row: ApiRow,
  { cost, at, text, win }: { cost: Numeric; at: number; text: Text; win: number },
): Tuple {
  const [id, source, destination, fragments, , date, , error, direction, raw, status, transaction] = row;
  const isKnown = status === "1" || status === "2" || status === "3";
  const statusCells = isKnown ? [Number(status), null] : [0, status];
  const cells: Tuple = [id, source, destination, raw ?? direction, fragments, cost, ...statusCells];
  return [...cells, error, errorCodeOf(error) ?? null, at, date === null ? 0 : 1, transaction, text, win];
}

/** The statuses by the number that the database has for them. */
export const STATUSES = ["unknown", "success", "error", "waiting"] as const;

/** The status of a message, as the library reads it. */
export type Status = (typeof STATUSES)[number];

/** Returns a stored message as the library returns messages. */
export function toMessage(row: MessageRow): SmsMessage {
  const isKnown = row.direction === "in" || row.direction === "out";
  return {
    messageId: row.message_id,
    sourceNumber: row.source ?? undefined,
    destinationNumber: row.destination ?? undefined,
    direction: row.direction === null ? undefined : isKnown ? (row.direction as "in" | "out") : "unknown",
    rawDirection: row.direction === null || isKnown ? undefined : row.direction,
    fragments: row.fragments ?? undefined,
    cost: row.cost === null ? undefined : Number(toDecimal(row.cost)),
    status: row.status === 0 && row.status_id === null ? undefined : STATUSES[row.status],
    statusId: row.status === 0 ? (row.status_id ?? undefined) : String(row.status),
    errorMessage: row.error ?? undefined,
    processedDate: row.dated ? new Date(row.at) : undefined,
    transactionId: row.transaction_id ?? undefined,
    text: row.text ?? undefined,
  };
}
