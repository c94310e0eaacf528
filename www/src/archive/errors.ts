import { SmsHistoryError } from "voximplant-sms-history/edge";
import { SettingsError } from "../worker/settings.js";

const LATER = "wait: the next run continues";
const MIGRATE = "run `npx wrangler d1 migrations apply sms-archive --remote` in www/";

/** What an operator can do about an error, by its kind: one of the library's kinds, or one of the archive. */
const ADVICE = {
  settings: "correct the setting of the Worker, and deploy again",
  credentials: "set VOXIMPLANT_CREDENTIALS to a valid credentials.json",
  token: "check that the key in VOXIMPLANT_CREDENTIALS still exists",
  role: "give the service account a role that may call GetSmsHistory, such as CallsSMS",
  migrations: `${MIGRATE}, and ${LATER}`,
  database_full: "keep fewer days (ARCHIVE_KEEP_DAYS), or see docs/archive.md for more than one database",
  quota: "use the Workers Paid plan: the free plan is too small for an archive, see docs/archive.md",
  ...{ rate_limited: LATER, network: LATER, timeout: LATER, http: LATER, api: LATER, database: LATER },
};

export const adviceOf = (kind: string) =>
  (ADVICE as Readonly<Record<string, string>>)[kind] ?? "report it to the maintainers of the dashboard";

/** An error whose message contains no personal data. */
export class ArchiveError extends Error {
  constructor(
    readonly kind: keyof typeof ADVICE | SmsHistoryError["kind"] | "superseded",
    message: string,
    /** Whether the same step may succeed later. */
    readonly isRetryable: boolean,
  ) {
    super(message);
  }
}

/** The API's error codes for a missing role, and for tokens of a key that it does not know. */
const FORBIDDEN_COMMAND = 104;
const AUTHORIZATION_FAILED = 100;

/**
 * Whether an error concerns the messages of one window: the API has fewer than it counts, or a value that cannot be read. Other
 * windows can be read, and this one may be in a minute. A response that breaks off is `format` as well, but retryable.
 */
export const isOfWindow = (error: unknown) =>
  error instanceof SmsHistoryError &&
  (error.kind === "incomplete" || (error.kind === "format" && !error.retryable));

/** Handles an error that concerns one window, so that the others go on. Throws any other error. */
export function skipWindow(error: unknown): undefined {
  if (!isOfWindow(error)) throw error;
}

export const missingMigrations = () =>
  new ArchiveError("migrations", `the migrations of the database were not applied; ${MIGRATE}`, false);

/** Describes any error for a reader. */
export function describeError(error: unknown): ArchiveError {
  if (error instanceof ArchiveError) return error;
  if (error instanceof SettingsError) return new ArchiveError("settings", error.message, false);
  if (error instanceof SmsHistoryError) {
    const kinds = { [FORBIDDEN_COMMAND]: "role", [AUTHORIZATION_FAILED]: "token" } as const;
    const kind = kinds[error.code as keyof typeof kinds] ?? error.kind;
    return new ArchiveError(kind, error.message, error.retryable);
  }
  const message = error instanceof Error ? error.message : "";
  if (/maximum DB size|SQLITE_FULL|database or disk is full|maximum account storage/i.test(message)) {
    return new ArchiveError("database_full", "the database is full; nothing is written", false);
  }
  if (/no such (table|column)|has no column named/.test(message)) return missingMigrations();
  // D1's "exceeded its memory limit and was reset" is no limit of the plan.
  if (/daily|too many (API requests|subrequests)|exceeded.*limit(?!.*reset)/i.test(message)) {
    return new ArchiveError("quota", "the plan's limit of D1 is exhausted", true);
  }
  // D1's messages quote SQL and no values, but a cause might. They are not passed on.
  const isDefect = /SQLITE_(ERROR|TOOBIG)/.test(message);
  if (!isDefect && /^D1_|storage|network connection|internal error|reset/i.test(message)) {
    return new ArchiveError("database", "the database did not answer", true);
  }
  return new ArchiveError("internal", "the archive failed; this is a defect of the dashboard", true);
}

/**
 * Returns the statement that reports an error to the readers of the archive. A database that did not answer for a moment does not
 * hide a window that cannot be read.
 */
export function reportOf(db: D1Database, { kind, message }: ArchiveError): D1PreparedStatement {
  const sql = `UPDATE sync SET error_kind = ?1, error = ?2, error_at = ?3 WHERE ?1 <> 'database'
    OR error_kind IS NULL OR error_kind NOT IN ('format', 'incomplete') OR error_at < succeeded_at`;
  return db.prepare(sql).bind(kind, message, Date.now());
}
