/** Whether the page reads from its archive, or from the API. */
import { ArchiveError, describeError } from "../archive/errors.js";
import { readFreshness } from "../archive/freshness.js";
import { ARCHIVE_PATH } from "../archive/routes.js";
import { type ArchiveEnv, hasArchive, readArchiveSettings } from "../archive/settings.js";

/** An archive that is older than this is still being read, or has stopped. The page then reads from the API. */
const MAX_ARCHIVE_AGE_MS = 60 * 60_000;
/** The page waits so long for its archive: D1 stalls now and then. Its reader sees nothing until then. */
const ARCHIVE_DEADLINE_MS = 5_000;

/** The archive, if there is a current one. Its failure, which the page reports, does not keep the page from the API. */
export async function currentArchive(env: ArchiveEnv) {
  if (!hasArchive(env)) return {};
  // A wrong setting is the operator's to correct, and would stay unseen behind the API's data.
  const settings = readArchiveSettings(env);
  try {
    const late = scheduler.wait(ARCHIVE_DEADLINE_MS).then(() => {
      throw new ArchiveError("database", "the database did not answer in time", true);
    });
    const found = await Promise.race([readFreshness(env.ARCHIVE, settings), late]);
    const { exactFrom, exactUntil, oldest } = found;
    if (exactFrom === null || exactUntil === null) return {};
    const isCurrent = Date.now() - exactUntil.getTime() < MAX_ARCHIVE_AGE_MS;
    return isCurrent ? { archive: { path: ARCHIVE_PATH, exactFrom, exactUntil, oldest } } : {};
  } catch (error) {
    const { kind, message } = describeError(error);
    console.error(`the page reads from the API, not from the archive: ${kind}: ${message}`);
    return { isArchiveFailing: true };
  }
}
