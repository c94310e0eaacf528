/** The files of the page. */
import type { ArchiveEnv } from "../archive/settings.js";
import type { Reader } from "./authorize.js";
import { currentArchive } from "./current-archive.js";
import { failure } from "./refusal.js";
import { RELAY_PATH } from "./relay.js";
import { pageHeaders } from "./security.js";
import { type Env, isDirectMode, readBaseUrl } from "./settings.js";

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
