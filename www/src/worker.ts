/** The Worker: signs readers in, serves the page, and sends its queries to the API. */
import { ARCHIVE_PATH, archive } from "./archive/routes.js";
import type { ArchiveEnv } from "./archive/settings.js";
import { startWhenDue } from "./archive/sync.js";
import { authorize } from "./worker/authorize.js";
import { isDemo, signInToDemo, signOutOfDemo } from "./worker/demo.js";
import { finishSignIn, signOutOfOidc } from "./worker/oidc.js";
import { page } from "./worker/page.js";
import {
  demoSignInPage,
  failure,
  failureOf,
  isNavigation,
  redirect,
  signInFailure,
  workerPage,
  workerStyle,
} from "./worker/refusal.js";
import { RELAY_PATH, relay } from "./worker/relay.js";
import type { Env } from "./worker/settings.js";
import { mintToken } from "./worker/token.js";

export { SyncHistory } from "./archive/sync.js";

export default {
  /** Keeps the archive current, every five minutes. */
  async scheduled({ scheduledTime }, env): Promise<void> {
    await startWhenDue(env, scheduledTime);
  },
  async fetch(request, env): Promise<Response> {
    try {
      return await route(request, env);
    } catch (error) {
      return failureOf(request, error);
    }
  },
} satisfies ExportedHandler<Env & ArchiveEnv>;

async function route(request: Request, env: Env & ArchiveEnv): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/auth/")) return signIn(pathname, request, env);
  const reader = await authorize(request, env);
  if (reader instanceof Response) {
    const isDemoSignIn = reader.status === 401 && isDemo(env) && isNavigation(request);
    return isDemoSignIn ? demoSignInPage(request) : reader;
  }
  if (pathname.startsWith(`${RELAY_PATH}/`)) return relay(request, env, reader);
  if (pathname.startsWith(`${ARCHIVE_PATH}/`)) return archive(request, env, reader);
  if (pathname === "/token") {
    return request.method === "POST"
      ? uncached(await mintToken(request, env, reader))
      : failure(405, 103, "expected POST");
  }
  return page(request, env, reader);
}

/** The only routes that need no sign-in. They read no messages. */
async function signIn(pathname: string, request: Request, env: Env): Promise<Response> {
  if (request.method === "POST" && isDemo(env) && pathname.startsWith("/auth/demo/")) {
    return await signInToDemo(request, pathname.slice("/auth/demo/".length));
  }
  switch (pathname) {
    case "/auth/style.css":
      return workerStyle();
    case "/auth/callback":
      return finishSignIn(request, env).catch((error) => signInFailure(request, error));
    case "/auth/signed-out":
      return workerPage(200, '<p>You are signed out.</p><p><a class="button" href="/">Sign in</a></p>');
    case "/auth/sign-out":
      if (env.OIDC_ISSUER) return signOutOfOidc(request);
      return isDemo(env) ? signOutOfDemo(request) : redirect("/cdn-cgi/access/logout");
    default:
      return failure(404, 103, "no such page");
  }
}

function uncached(response: Response): Response {
  response.headers.set("Cache-Control", "no-store");
  return response;
}
