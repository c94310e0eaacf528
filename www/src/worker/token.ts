import { ServiceAccount } from "voximplant-sms-history/edge";
import { failure } from "./reply.js";
import { type Env, readCredentials, readSettings } from "./settings.js";

/** Seconds that a token lives. Short, because it can do all that its service account can. */
const TOKEN_SECONDS = 300;

/**
 * The account whose key this isolate has imported, and the secret it came from. A value and never a promise: in a
 * Worker no request may wait for what another one started.
 */
let imported: { from: string; account: ServiceAccount } | undefined;

/**
 * Mints a token for the page.
 *
 * A real deployment must know its user before it comes here: see "Before you deploy" in README.md.
 */
export async function mintToken(request: Request, env: Env): Promise<Response> {
  if (!fromOwnPage(request, env)) {
    return failure(403, "forbidden", "tokens are for this Worker's own page alone");
  }
  const token = await (await accountOf(readCredentials(env))).mintToken({ ttlSeconds: TOKEN_SECONDS });
  return Response.json({ token, expiresAt: expiryOf(token) });
}

/** Browsers set Origin and Sec-Fetch-Site themselves: a script can't lie about where its page came from. */
function fromOwnPage(request: Request, env: Env): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  const own = readSettings(env).pageOrigin ?? new URL(request.url).origin;
  return request.headers.get("Origin") === own && (site === null || site === "same-origin");
}

async function accountOf(credentials: string): Promise<ServiceAccount> {
  if (imported?.from !== credentials) {
    imported = { from: credentials, account: await ServiceAccount.fromCredentials(credentials) };
  }
  return imported.account;
}

/** The time at which a token ends, in ISO 8601, from its own claim `exp`. */
function expiryOf(token: string): string {
  const claims = token.split(".")[1] ?? "";
  const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { exp: number };
  return new Date(exp * 1000).toISOString();
}
