import { ARCHIVE_PATH, archive } from "./archive/routes.js";
import type { ArchiveEnv } from "./archive/settings.js";
import { startWhenDue } from "./archive/sync.js";
import { authorize } from "./worker/authorize.js";
import { failure, handle } from "./worker/reply.js";
import { securityHeaders } from "./worker/security.js";
import { type Env, readSettings } from "./worker/settings.js";
import { mintToken } from "./worker/token.js";

export { SyncHistory } from "./archive/sync.js";

export default {
  /** Keeps the archive current, every five minutes. */
  async scheduled({ scheduledTime }, env): Promise<void> {
    await startWhenDue(env, scheduledTime);
  },
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(`${ARCHIVE_PATH}/`)) {
      const reader = await authorize(request, env);
      return reader instanceof Response ? reader : archive(request, env, reader);
    }
    switch (pathname) {
      case "/token":
        return handle(request, "POST", () => mintToken(request, env));
      case "/config":
        return handle(request, "GET", () => Response.json({ baseUrl: readSettings(env).baseUrl }));
      default:
        return page(request, env);
    }
  },
} satisfies ExportedHandler<Env & ArchiveEnv>;

async function page(request: Request, env: Env): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return failure(405, "method", "the page is read by GET alone", { Allow: "GET, HEAD" });
  }
  const asset = await env.ASSETS.fetch(request);
  const response = new Response(asset.body, asset);
  for (const [name, value] of securityHeaders(env)) response.headers.set(name, value);
  return response;
}
