import { ServiceAccount } from "voximplant-sms-history/edge";
import { failure } from "./reply.js";
import { type Env, readCredentials, readSettings } from "./settings.js";

/** The lifetime of tokens. It is short, because a token has all rights of its service account. */
const TOKEN_SECONDS = 300;

/**
 * The imported account and its secret. Cache the account, not the promise: a Worker request must not await I/O started by
 * another request.
 */
let imported: { from: string; account: ServiceAccount } | undefined;

/**
 * Mints a token for the page.
 *
 * A real deployment must authenticate its user first, see "Before you deploy" in README.md.
 */
export async function mintToken(request: Request, env: Env): Promise<Response> {
  if (!fromOwnPage(request, env)) {
    return failure(403, "forbidden", "tokens are for this Worker's own page alone");
  }
  const token = await (await accountOf(readCredentials(env))).mintToken({ ttlSeconds: TOKEN_SECONDS });
  return Response.json({ token, expiresAt: expiryOf(token) });
}

/** Whether the Worker's own page sent a request. Scripts cannot change the headers Origin and Sec-Fetch-Site. */
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

/** Returns the expiry of a token from its claim `exp`, in ISO 8601. */
function expiryOf(token: string): string {
  const claims = token.split(".")[1] ?? "";
  const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as { exp: number };
  return new Date(exp * 1000).toISOString();
}
