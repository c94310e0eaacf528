/** The files of the page. */
import { ArchiveError, describeError } from "../archive/errors.js";
import { readFreshness } from "../archive/freshness.js";
import { ARCHIVE_PATH } from "../archive/routes.js";
import { type ArchiveEnv, hasArchive, readArchiveSettings } from "../archive/settings.js";
import type { Reader } from "./authorize.js";
import { failure } from "./refusal.js";
import { RELAY_PATH } from "./relay.js";
import { pageHeaders } from "./security.js";
import { type Env, isDirectMode, readBaseUrl } from "./settings.js";

/** An archive that is older than this is still being read, or has stopped. The page then reads from the API. */
const MAX_ARCHIVE_AGE_MS = 60 * 60_000;
/** The page waits so long for its archive: D1 stalls now and then. Its reader sees nothing until then. */
const ARCHIVE_DEADLINE_MS = 5_000;

export async function page(request: Request, env: Env & ArchiveEnv, reader: Reader): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return failure(405, 103, "the page is read by GET alone");
  }
  const asset = await env.ASSETS.fetch(request);
  const isHtml = asset.headers.get("Content-Type")?.startsWith("text/html");
  const response = isHtml
    ? withSettings(asset, env, reader, await currentArchive(env))
    : new Response(asset.body, asset);
  for (const [name, value] of Object.entries(pageHeaders(env))) response.headers.set(name, value);
  // The HTML names its reader. Other files have a hash of their contents in their names.
  response.headers.set("Cache-Control", cacheControl(request, isHtml));
  return response;
}

function cacheControl(request: Request, isHtml: boolean | undefined): string {
  if (isHtml) return "no-store";
  const isHashed = new URL(request.url).pathname.startsWith("/assets/");
  return isHashed ? "private, max-age=31536000, immutable" : "private, no-cache";
}

/** Writes what the page has to know into its HTML, which saves a request. See settings.ts of the page. */
function withSettings(
  asset: Response,
  env: Env,
  reader: Reader,
  { archive, isArchiveFailing }: Awaited<ReturnType<typeof currentArchive>>,
): Response {
  const direct = isDirectMode(env) && reader.role === "reader" ? { baseUrl: readBaseUrl(env) } : undefined;
  const { role, name } = reader;
  const settings = JSON.stringify({
    role,
    name,
    relay: RELAY_PATH,
    archive,
    isArchiveFailing,
    direct,
  }).replaceAll("<", "\\u003c");
  const rewriter = new HTMLRewriter().on("script#settings", {
    element: (element) => {
      element.setInnerContent(settings, { html: true });
    },
  });
  // With an archive, the page does not use the WebAssembly. Chromium warns of a preload that is not used.
  if (archive) rewriter.on("link[rel=preload][as=fetch]", { element: (element) => void element.remove() });
  return rewriter.transform(new Response(asset.body, asset));
}

/** The archive, if there is a current one. Its failure, which the page reports, does not keep the page from the API. */
async function currentArchive(env: ArchiveEnv) {
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
