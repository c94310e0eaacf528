import { startOfDay } from "./plan.js";
import { countOmitted } from "./schema.js";
import { type ArchiveSettings, DAY_MS } from "./settings.js";

/** Rows that a statement deletes or changes at most: D1 ends a statement after 30 seconds. */
const CHUNK_ROWS = 20_000;

/** The oldest message and the oldest text to keep; older ones are left out. Times are in milliseconds. */
export function cutoffs({ keepDays = Infinity, keepTextDays = Infinity }: ArchiveSettings, now: number) {
  const before = (days: number) => startOfDay(now) - days * DAY_MS;
  return { keepFrom: before(keepDays), keepTextFrom: before(keepTextDays) };
}

/** Deletes expired messages and texts, a part at a time. Returns whether nothing is left to do. */
export async function applyRetention(db: D1Database, settings: ArchiveSettings, now: number) {
  const { keepFrom, keepTextFrom } = cutoffs(settings, now);
  let changes = 0;
  if (keepFrom > 0) {
    const expired = `SELECT message_id FROM message WHERE at < ?1 ORDER BY at LIMIT ${CHUNK_ROWS}`;
    const results = await db.batch(
      [
        countOmitted(`message_id IN (${expired})`),
        `DELETE FROM message WHERE message_id IN (${expired}) RETURNING 1`,
        `DELETE FROM day WHERE day < ?1 / ${DAY_MS}`,
        "UPDATE win SET state = 'expired', due = 0 WHERE stop < ?1 AND state <> 'expired'",
      ].map((sql) => db.prepare(sql).bind(keepFrom)),
    );
    changes += results[1]?.results.length ?? 0;
  }
  if (keepTextFrom > 0) {
    const old = `SELECT message_id FROM message WHERE at < ?1 AND text IS NOT NULL LIMIT ${CHUNK_ROWS}`;
    const blank = `UPDATE message SET text = NULL WHERE message_id IN (${old}) RETURNING 1`;
    changes += (await db.prepare(blank).bind(keepTextFrom).all()).results.length;
  }
  return changes === 0;
}
