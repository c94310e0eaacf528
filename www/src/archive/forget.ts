import { normalizeNumber } from "../phone-number.js";
import { SettingsError } from "../worker/settings.js";
import { countOmitted, FORGET_STALE_DAYS, REFRESH_DAYS } from "./schema.js";
import { DAY_MS } from "./settings.js";

/** The hashes of deleted persons, and until when their messages are left out. */
export interface Tombstones {
  readonly until: ReadonlyMap<string, number>;
  /** When the last person was deleted, or 0. */
  readonly newest: number;
  readonly key: CryptoKey | undefined;
  /** Hashes by number. */
  readonly cache: Map<string, string>;
}

export async function loadTombstones(db: D1Database, secret: string | undefined): Promise<Tombstones> {
  const statement = db.prepare("SELECT hash, until FROM forgotten");
  const { results } = await statement.all<{ hash: string; until: number }>();
  const key = results.length > 0 ? await checkedKey(db, secret) : undefined;
  const until = new Map(results.map(({ hash, until }) => [hash, until]));
  return { until, newest: Math.max(0, ...until.values()), key, cache: new Map() };
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
 * Messages after the deletion are kept. Returns the number of deleted ones.
 */
export async function forgetNumber(db: D1Database, secret: string | undefined, number: string) {
  const key = await checkedKey(db, secret);
  const party = normalizeNumber(number);
  const hash = await hashOf(key, party);
  const ofPerson = "source = ?1 OR destination = ?1";
  const onParty = (sql: string) => db.prepare(sql).bind(party);
  const results = await db.batch([
    db.prepare(ADD_TOMBSTONE).bind(hash, Date.now()),
    onParty(countOmitted(ofPerson)),
    onParty(
      `INSERT OR IGNORE INTO stale_day (day) SELECT DISTINCT at / ${DAY_MS} FROM message WHERE ${ofPerson}`,
    ),
    onParty(`DELETE FROM message WHERE ${ofPerson} RETURNING message_id`),
    db.prepare(REFRESH_DAYS).bind("[]"),
    db.prepare(FORGET_STALE_DAYS),
    db.prepare("DELETE FROM day WHERE count = 0"),
  ]);
  return { messages: results[3]?.results.length ?? 0 };
}

/** The time is later than those of former deletions, whatever the clock says: it tells pending readings of this one. */
const ADD_TOMBSTONE = `INSERT OR REPLACE INTO forgotten (hash, until)
  SELECT ?1, max(?2, coalesce(max(until), 0) + 1) FROM forgotten`;
const CHECKED_TEXT = "voximplant-sms-history archive";

/** Imports the secret. Fails if it is not the one of the stored hashes: deleted messages would come back. */
async function checkedKey(db: D1Database, secret: string | undefined): Promise<CryptoKey> {
  if (!secret) {
    throw new SettingsError(
      "ARCHIVE_SECRET: expected the key of the hashes of deleted numbers; set it by `wrangler secret put ARCHIVE_SECRET`",
    );
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const check = await hashOf(key, CHECKED_TEXT);
  const sql = "UPDATE sync SET secret_check = coalesce(secret_check, ?1) RETURNING secret_check";
  if ((await db.prepare(sql).bind(check).first("secret_check")) !== check) {
    throw new SettingsError(
      "ARCHIVE_SECRET: expected the key with which numbers were deleted, got another one; set the former one again",
    );
  }
  return key;
}

async function hashOf(key: CryptoKey, text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
