import { adviceOf } from "./errors.js";
import { cutoffs } from "./retention.js";
import type { SyncRow } from "./schema.js";
import type { ArchiveSettings } from "./settings.js";

const MAX_DIFFERENCES = 20;
/** The part of the limit at which the reader is warned. */
const NEARLY_FULL = 0.9;

type Windows = Record<"exact" | "planned" | "differs" | "left" | "expected" | "gone", number> &
  Record<"first" | "open" | "last" | "oldest", number | null>;

/** Returns from when and until when the archive is exact, what is being read, and what differs. */
export async function readFreshness(db: D1Database, settings: ArchiveSettings) {
  const [windows, differing, state] = await db.batch([
    db.prepare(
      `SELECT min(iif(state = 'expired', NULL, start)) AS first, max(read_to) AS last,
         min(CASE WHEN state IN ('planned', 'differs') THEN start - 1000 WHEN state = 'exact' AND read_to < stop THEN read_to END) AS open,
         count(*) FILTER (WHERE state NOT IN ('planned', 'differs')) AS exact,
         count(*) FILTER (WHERE state = 'planned') AS planned, count(*) FILTER (WHERE state = 'differs') AS differs,
         coalesce(sum(expected) FILTER (WHERE state = 'planned'), 0) AS "left", coalesce(sum(expected), 0) AS expected,
         (SELECT count(*) FROM message WHERE gone_at IS NOT NULL) AS gone,
         (SELECT at FROM message WHERE dated = 1 AND gone_at IS NULL ORDER BY at LIMIT 1) AS oldest FROM win`,
    ),
    db.prepare(
      `SELECT start, stop, problem FROM win WHERE state = 'differs' ORDER BY start LIMIT ${MAX_DIFFERENCES}`,
    ),
    db.prepare("SELECT * FROM sync"),
  ]);
  const row = windows?.results[0] as Windows;
  const { first, open, last, exact, planned, differs, left, expected, gone, oldest } = row;
  const sync = state?.results[0] as SyncRow;
  const spans = (differing?.results ?? []) as { start: number; stop: number; problem: string | null }[];
  const bytes = windows?.meta.size_after ?? 0;
  // An unread end of an older window counts: a message there cannot be read.
  const until = open ?? last;
  return {
    /** The first moment of the archive: messages before it were never copied, or their days are over. `null`: nothing yet. */
    exactFrom: dateOf(first === null ? null : Math.max(first, cutoffs(settings, Date.now()).keepFrom)),
    /** Until when every message is there and equal to the API. `null`: nothing yet. */
    exactUntil: dateOf(until === null || until < (first ?? 0) ? null : until),
    /** The time of the oldest message. */
    oldest: dateOf(oldest),
    isReading: sync.instance !== null,
    windows: { exact, planned, differs },
    /** Messages of the API, and those of planned windows, estimated. */
    messages: { expected, left },
    /** The oldest spans that differ from the API. */
    differs: spans.map(({ start, stop, problem }) => ({
      ...{ fromDate: dateOf(start), toDate: dateOf(stop), problem },
    })),
    verifiedAt: dateOf(sync.verified_at),
    /** Messages that the API no longer has. */
    gone,
    database: { bytes, maxBytes: settings.maxBytes, warning: warningOf(bytes, settings.maxBytes) },
    error: errorOf(sync),
  };
}

const dateOf = (time: number | null) => (time === null ? null : new Date(time));

function warningOf(bytes: number, maxBytes: number): string | null {
  if (bytes < maxBytes * NEARLY_FULL) return null;
  const percent = Math.floor((100 * bytes) / maxBytes);
  return `the database is at ${percent} % of its limit; keep fewer days (ARCHIVE_KEEP_DAYS), see docs/archive.md`;
}

/** The last error of the synchronization, unless a later run succeeded. It contains no personal data. */
function errorOf({ error_kind: kind, error: message, error_at: at, succeeded_at: succeededAt }: SyncRow) {
  if (kind === null || at === null || at < (succeededAt ?? 0)) return null;
  return { kind, message, advice: adviceOf(kind), at: dateOf(at) };
}
