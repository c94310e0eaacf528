import { SmsHistoryError } from "voximplant-sms-history/edge";
import type { SyncParams } from "./sync.js";

/** The bindings and settings of the archive. All are optional: without them there is no archive. */
export interface ArchiveEnv {
  ARCHIVE?: D1Database;
  SYNC?: Workflow<SyncParams>;
  /** The first day to copy, as `2024-01-31`. Without it nothing is copied. */
  ARCHIVE_FROM?: string;
  /** Messages are deleted after so many days. By default they are kept. */
  ARCHIVE_KEEP_DAYS?: string | number;
  /** Texts are deleted after so many days. By default they are kept as long as their messages. */
  ARCHIVE_KEEP_TEXT_DAYS?: string | number;
  /** The size limit of the database in bytes. By default 10 GB, the limit of D1. */
  ARCHIVE_MAX_BYTES?: string | number;
  /** Names of readers who may delete a person's messages, separated by commas. By default nobody may. */
  ARCHIVE_ADMINS?: string;
  /** The key of the hashes of deleted numbers: a secret, never a variable. */
  ARCHIVE_SECRET?: string;
  VOXIMPLANT_CREDENTIALS?: string;
  VOXIMPLANT_BASE_URL?: string;
}

/** The validated settings. Times are in milliseconds since 1970, UTC. */
export interface ArchiveSettings {
  readonly from: number;
  readonly keepDays: number | undefined;
  readonly keepTextDays: number | undefined;
  readonly maxBytes: number;
  readonly secret: string | undefined;
}

/** The kinds of errors of the archive, in addition to those of the library. */
export type ArchiveErrorKind =
  | "settings"
  | "database_full"
  | "quota"
  | "database"
  | "superseded"
  | "internal";

/** An error whose message contains no personal data. */
export class ArchiveError extends Error {
  constructor(
    readonly kind: ArchiveErrorKind | SmsHistoryError["kind"] | "role",
    message: string,
    /** Whether the same step may succeed later. */
    readonly isRetryable: boolean,
  ) {
    super(message);
  }
}

export const DAY_MS = 86_400_000;
const DEFAULT_MAX_BYTES = 10_000_000_000;

/** Whether the deployment has an archive. */
export function hasArchive(
  env: ArchiveEnv,
): env is ArchiveEnv & Required<Pick<ArchiveEnv, "ARCHIVE" | "SYNC" | "ARCHIVE_FROM">> {
  return env.ARCHIVE !== undefined && env.SYNC !== undefined && Boolean(env.ARCHIVE_FROM);
}

export function readArchiveSettings(env: ArchiveEnv): ArchiveSettings {
  return {
    from: readFrom(env.ARCHIVE_FROM),
    keepDays: readInteger("ARCHIVE_KEEP_DAYS", env.ARCHIVE_KEEP_DAYS),
    keepTextDays: readInteger("ARCHIVE_KEEP_TEXT_DAYS", env.ARCHIVE_KEEP_TEXT_DAYS),
    maxBytes: readInteger("ARCHIVE_MAX_BYTES", env.ARCHIVE_MAX_BYTES) ?? DEFAULT_MAX_BYTES,
    secret: env.ARCHIVE_SECRET || undefined,
  };
}

function readFrom(value: string | undefined): number {
  const from = /^\d{4}-\d\d-\d\d$/.test(value ?? "") ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(from)) {
    throw new ArchiveError("settings", "ARCHIVE_FROM: expected the first day to copy, as 2024-01-31", false);
  }
  return from;
}

function readInteger(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new ArchiveError("settings", `${name}: expected a positive integer, see docs/archive.md`, false);
  }
  return number;
}

/** The API's error codes for a missing role, and for tokens of a key that it does not know. */
const FORBIDDEN_COMMAND = 104;
const AUTHORIZATION_FAILED = 100;

/** Describes any error for a reader. Its message contains no personal data. */
export function describeError(error: unknown): ArchiveError {
  if (error instanceof ArchiveError) return error;
  if (error instanceof SmsHistoryError) {
    const kinds = { [FORBIDDEN_COMMAND]: "role", [AUTHORIZATION_FAILED]: "token" } as const;
    const kind = kinds[error.code as keyof typeof kinds] ?? error.kind;
    // An incomplete history, and a response that breaks off, may be whole in a minute.
    const isRetryable = error.retryable || error.kind === "incomplete" || error.kind === "format";
    return new ArchiveError(kind, error.message, isRetryable);
  }
  const message = error instanceof Error ? error.message : "";
  if (/maximum DB size|SQLITE_FULL|database or disk is full|maximum account storage/i.test(message)) {
    return new ArchiveError("database_full", "the database is full; nothing is written", false);
  }
  if (/daily|too many (API requests|subrequests)|exceeded.*limit/i.test(message)) {
    return new ArchiveError("quota", "the plan's limit of D1 is exhausted", true);
  }
  // D1's messages quote SQL and no values, but a cause might. They are not passed on.
  if (message.startsWith("D1_") || /storage|network connection|internal error|reset/i.test(message)) {
    return new ArchiveError("database", "the database did not answer", true);
  }
  return new ArchiveError("internal", "the archive failed; this is a defect of the dashboard", true);
}
