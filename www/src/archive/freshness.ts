import type { SyncRow } from "./schema.js";

/** The state of the archive. */
export interface Freshness {
  /** Until when every message is there and equal to the API. `null`: nothing yet. */
  readonly exactUntil: Date | null;
  readonly isReading: boolean;
  readonly windows: { readonly exact: number; readonly planned: number; readonly differs: number };
  /** Messages of the API, and those of planned windows, estimated. */
  readonly messages: { readonly expected: number; readonly left: number };
  /** The oldest spans that differ from the API. */
  readonly differs: readonly {
    readonly fromDate: Date;
    readonly toDate: Date;
    readonly problem: string | null;
  }[];
  readonly verifiedAt: Date | null;
  /** Messages that the API no longer has. */
  readonly gone: number;
  readonly database: { readonly bytes: number; readonly maxBytes: number; readonly warning: string | null };
  /** The last error of the synchronization, unless a later run succeeded. */
  readonly error: {
    readonly kind: string;
    readonly message: string;
    readonly advice: string;
    readonly at: Date;
  } | null;
}

const MAX_DIFFERENCES = 20;
/** The part of the limit at which the reader is warned. */
const NEARLY_FULL = 0.9;

const LATER = "wait: the next run continues";
const ADVICE: Readonly<Record<string, string>> = {
  settings: "correct the setting of the Worker, and deploy again",
  credentials: "set VOXIMPLANT_CREDENTIALS to a valid credentials.json",
  token: "check that the key in VOXIMPLANT_CREDENTIALS still exists",
  role: "give the service account a role that may call GetSmsHistory, such as CallsSMS",
  database_full: "keep fewer days (ARCHIVE_KEEP_DAYS), or see docs/archive.md for more than one database",
  quota: "use the Workers Paid plan: the free plan is too small for an archive, see docs/archive.md",
  ...{ rate_limited: LATER, network: LATER, timeout: LATER, http: LATER, api: LATER, database: LATER },
};

interface Windows {
  readonly first: number | null;
  readonly firstOpen: number | null;
  readonly last: number | null;
  readonly planned: number | null;
  readonly differs: number | null;
  readonly total: number;
  readonly left: number | null;
  readonly expected: number | null;
}

/** Returns until when the archive is exact, what is being read, and what differs. */
export async function readFreshness(db: D1Database, maxBytes: number): Promise<Freshness> {
  const [windows, differing, state, counts] = await db.batch([
    db.prepare(
      `SELECT min(start) AS first, min(iif(state IN ('planned', 'differs'), start, NULL)) AS firstOpen,
         max(read_to) AS last, count(*) AS total, sum(state = 'planned') AS planned, sum(state = 'differs') AS differs,
         sum(iif(state = 'planned', expected, 0)) AS "left", sum(expected) AS expected FROM win`,
    ),
    db.prepare(
      `SELECT start, stop, problem FROM win WHERE state = 'differs' ORDER BY start LIMIT ${MAX_DIFFERENCES}`,
    ),
    db.prepare("SELECT * FROM sync"),
    db.prepare("SELECT count(*) AS gone FROM message WHERE gone_at IS NOT NULL"),
  ]);
  const row = windows?.results[0] as Windows;
  const sync = state?.results[0] as SyncRow;
  const gone = counts?.results[0] as { gone: number } | undefined;
  const differs = (differing?.results ?? []) as { start: number; stop: number; problem: string | null }[];
  const [planned, differ] = [row.planned ?? 0, row.differs ?? 0];
  return {
    exactUntil: dateOf(
      row.firstOpen === null ? row.last : row.firstOpen > (row.first ?? 0) ? row.firstOpen - 1000 : null,
    ),
    isReading: sync.instance !== null,
    windows: { exact: row.total - planned - differ, planned, differs: differ },
    messages: { expected: row.expected ?? 0, left: row.left ?? 0 },
    differs: differs.map(({ start, stop, problem }) => ({
      fromDate: new Date(start),
      toDate: new Date(stop),
      problem,
    })),
    verifiedAt: dateOf(sync.verified_at),
    gone: gone?.gone ?? 0,
    database: { bytes: sync.bytes, maxBytes, warning: warningOf(sync.bytes, maxBytes) },
    error: errorOf(sync),
  };
}

const dateOf = (time: number | null) => (time === null ? null : new Date(time));

function warningOf(bytes: number, maxBytes: number): string | null {
  if (bytes < maxBytes * NEARLY_FULL) return null;
  const percent = Math.floor((100 * bytes) / maxBytes);
  return `the database is at ${percent} % of its limit; keep fewer days (ARCHIVE_KEEP_DAYS), see docs/archive.md`;
}

function errorOf({
  error_kind: kind,
  error,
  error_at: at,
  succeeded_at: succeededAt,
}: SyncRow): Freshness["error"] {
  if (kind === null || at === null || at < (succeededAt ?? 0)) return null;
  const advice = ADVICE[kind] ?? "report it to the maintainers of the dashboard";
  return { kind, message: error ?? "", advice, at: new Date(at) };
}
