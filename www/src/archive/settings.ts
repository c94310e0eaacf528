import { type Env, SettingsError } from "../worker/settings.js";
import { isDay } from "../zone.js";
import type { SyncParams } from "./sync.js";

/** The bindings and settings of the archive. All are optional: without them there is no archive. */
export interface ArchiveEnv extends Env {
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
  /**
   * Readers who may delete a person's messages, separated by commas: a verified address in lower case, or `sub:` and the
   * subject of a reader without one. By default nobody may.
   */
  ARCHIVE_ADMINS?: string;
  /** The key of the hashes of deleted numbers: a secret, never a variable. */
  ARCHIVE_SECRET?: string;
}

/** The environment of a deployment that has an archive. */
export type ArchivedEnv = ArchiveEnv & Required<Pick<ArchiveEnv, "ARCHIVE" | "SYNC" | "ARCHIVE_FROM">>;

export function hasArchive(env: ArchiveEnv): env is ArchivedEnv {
  return env.ARCHIVE !== undefined && env.SYNC !== undefined && Boolean(env.ARCHIVE_FROM);
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const DEFAULT_MAX_BYTES = 10_000_000_000;

export type ArchiveSettings = ReturnType<typeof readArchiveSettings>;

/** Validates the settings. `from` is in milliseconds since 1970, UTC. */
export function readArchiveSettings(env: ArchiveEnv) {
  return {
    from: readFrom(env.ARCHIVE_FROM),
    keepDays: readInteger("ARCHIVE_KEEP_DAYS", env.ARCHIVE_KEEP_DAYS),
    keepTextDays: readInteger("ARCHIVE_KEEP_TEXT_DAYS", env.ARCHIVE_KEEP_TEXT_DAYS),
    maxBytes: readInteger("ARCHIVE_MAX_BYTES", env.ARCHIVE_MAX_BYTES) ?? DEFAULT_MAX_BYTES,
    secret: env.ARCHIVE_SECRET || undefined,
  };
}

function readFrom(value = ""): number {
  if (!isDay(value)) throw new SettingsError("ARCHIVE_FROM: expected the first day to copy, as 2024-01-31");
  return Date.parse(value);
}

function readInteger(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === "") return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new SettingsError(`${name}: expected a positive integer, see docs/archive.md`);
}
