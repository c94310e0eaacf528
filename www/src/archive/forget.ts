import { FORGET_STALE_DAYS, REFRESH_DAYS } from "./schema.js";
import { ArchiveError, type ArchiveSettings, DAY_MS } from "./settings.js";
import { startOfDay } from "./windows.js";

/** The hashes of deleted persons, and until when their messages are left out. */
export interface Tombstones {
  readonly until: ReadonlyMap<string, number>;
  readonly key: CryptoKey | undefined;
  /** Hashes by number. */
  readonly cache: Map<string, string>;
}

/** Rows that a statement deletes or changes at most: D1 ends a statement after 30 seconds. */
const CHUNK_ROWS = 20_000;

/** Writes a number as the API does. Signs and spaces in phone numbers are dropped. */
export function normalizeNumber(number: string): string {
  return /^[+\d\s().-]+$/.test(number) ? number.replace(/\D/g, "") : number.trim();
}

export async function loadTombstones(db: D1Database, secret: string | undefined): Promise<Tombstones> {
  const { results } = await db
    .prepare("SELECT hash, until FROM forgotten")
    .all<{ hash: string; until: number }>();
  const key = results.length > 0 ? await checkedKey(db, secret) : undefined;
  return { until: new Map(results.map(({ hash, until }) => [hash, until])), key, cache: new Map() };
}

/** Whether no person was deleted since they were loaded. */
export async function isCurrent(db: D1Database, { until }: Tombstones): Promise<boolean> {
  const newest = await db.prepare("SELECT max(until) AS newest FROM forgotten").first<number>("newest");
  return (newest ?? 0) === Math.max(0, ...until.values());
}

/** Whether one of the numbers of a message is of a deleted person, and the message is older than the deletion. */
export async function isForgotten(
  { until, key, cache }: Tombstones,
  numbers: readonly (string | null)[],
  at: number,
): Promise<boolean> {
  if (!key) return false;
  for (const number of numbers) {
    if (number === null) continue;
    const hash = cache.get(number) ?? (await hashOf(key, number));
    cache.set(number, hash);
    if (at <= (until.get(hash) ?? Number.NEGATIVE_INFINITY)) return true;
  }
  return false;
}

/**
 * Deletes the messages from and to a number, and keeps a keyed hash of the number, so that no later reading brings them back.
 * Messages after `now` are kept.
 */
export async function forgetNumber(
  db: D1Database,
  secret: string | undefined,
  number: string,
  now: number,
): Promise<{ readonly messages: number }> {
  const key = await checkedKey(db, secret);
  const party = normalizeNumber(number);
  const hash = await hashOf(key, party);
  const results = await db.batch([
    db.prepare("INSERT OR REPLACE INTO forgotten (hash, until) VALUES (?1, ?2)").bind(hash, now),
    db
      .prepare(
        `UPDATE win SET omitted = omitted + counts.count FROM (
           SELECT win AS id, count(*) AS count FROM message
           WHERE (source = ?1 OR destination = ?1) AND gone_at IS NULL GROUP BY win
         ) AS counts WHERE counts.id = win.id`,
      )
      .bind(party),
    db
      .prepare(
        `INSERT OR IGNORE INTO stale_day (day)
         SELECT DISTINCT at / ${DAY_MS} FROM message WHERE source = ?1 OR destination = ?1`,
      )
      .bind(party),
    db.prepare("DELETE FROM message WHERE source = ?1 OR destination = ?1 RETURNING message_id").bind(party),
    db.prepare(REFRESH_DAYS).bind("[]"),
    db.prepare(FORGET_STALE_DAYS),
    db.prepare("DELETE FROM day WHERE count = 0"),
  ]);
  return { messages: results[3]?.results.length ?? 0 };
}

/** The oldest message and the oldest text to keep. Times are in milliseconds. */
export function cutoffs({ keepDays, keepTextDays }: ArchiveSettings, now: number) {
  const before = (days: number | undefined) =>
    days === undefined ? Number.NEGATIVE_INFINITY : startOfDay(now) - days * DAY_MS;
  return { keepFrom: before(keepDays), keepTextFrom: before(keepTextDays) };
}

/** Deletes expired messages and texts, a part at a time. Returns whether nothing is left to do. */
export async function applyRetention(
  db: D1Database,
  settings: ArchiveSettings,
  now: number,
): Promise<boolean> {
  const { keepFrom, keepTextFrom } = cutoffs(settings, now);
  let changes = 0;
  if (keepFrom > 0) {
    const expired = `SELECT message_id FROM message WHERE at < ?1 ORDER BY at LIMIT ${CHUNK_ROWS}`;
    const results = await db.batch([
      db
        .prepare(
          `UPDATE win SET omitted = omitted + counts.count FROM (
             SELECT win AS id, count(*) AS count FROM message
             WHERE message_id IN (${expired}) AND gone_at IS NULL GROUP BY win
           ) AS counts WHERE counts.id = win.id`,
        )
        .bind(keepFrom),
      db.prepare(`DELETE FROM message WHERE message_id IN (${expired}) RETURNING 1`).bind(keepFrom),
      db.prepare("DELETE FROM day WHERE day < ?1").bind(keepFrom / DAY_MS),
      db
        .prepare("UPDATE win SET state = 'expired', due = 0 WHERE stop < ?1 AND state <> 'expired'")
        .bind(keepFrom),
    ]);
    changes += results[1]?.results.length ?? 0;
  }
  if (keepTextFrom > 0) {
    const { results } = await db
      .prepare(
        `UPDATE message SET text = NULL WHERE message_id IN (
           SELECT message_id FROM message WHERE at < ?1 AND text IS NOT NULL LIMIT ${CHUNK_ROWS}
         ) RETURNING 1`,
      )
      .bind(keepTextFrom)
      .all();
    changes += results.length;
  }
  return changes === 0;
}

const CHECKED_TEXT = "voximplant-sms-history archive";

/** Imports the secret. Fails if it is not the one of the stored hashes: deleted messages would come back. */
async function checkedKey(db: D1Database, secret: string | undefined): Promise<CryptoKey> {
  if (!secret) {
    throw new ArchiveError(
      "settings",
      "ARCHIVE_SECRET: expected the key of the hashes of deleted numbers; set it by `wrangler secret put ARCHIVE_SECRET`",
      false,
    );
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, [
    "sign",
  ]);
  const check = await hashOf(key, CHECKED_TEXT);
  const stored = await db
    .prepare("UPDATE sync SET secret_check = coalesce(secret_check, ?1) RETURNING secret_check")
    .bind(check)
    .first<string>("secret_check");
  if (stored !== check) {
    throw new ArchiveError(
      "settings",
      "ARCHIVE_SECRET: expected the key with which numbers were deleted, got another one; set the former one again",
      false,
    );
  }
  return key;
}

async function hashOf(key: CryptoKey, text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
