/** Direct mode: tokens for the page, which then requests the API itself. */
import { decodeJwt } from "jose";
import { serviceAccount } from "./account.js";
import type { Reader } from "./authorize.js";
import { failure } from "./refusal.js";
import { type Env, isDirectMode } from "./settings.js";

/** The lifetime of tokens. It is short, because a token has all rights of its service account. */
const TOKEN_SECONDS = 300;

/** Mints a token for a reader. A masked reader gets none, because a token reads everything. */
export async function mintToken(request: Request, env: Env, reader: Reader): Promise<Response> {
  if (!isDirectMode(env)) return failure(404, 103, "tokens: expected DIRECT_MODE, which is off");
  if (reader.role !== "reader") return failure(403, 104, "tokens are for readers of everything");
  if (!isFromOwnPage(request)) return failure(403, 104, "tokens are for this Worker's own page");
  const token = await (await serviceAccount(env)).mintToken({ ttlSeconds: TOKEN_SECONDS });
  const expiresAt = new Date((decodeJwt(token).exp ?? 0) * 1000).toISOString();
  return Response.json({ token, expiresAt });
}

/** Whether the Worker's own page sent a request. Scripts cannot change the headers Origin and Sec-Fetch-Site. */
function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get("Sec-Fetch-Site");
  const own = new URL(request.url).origin;
  return request.headers.get("Origin") === own && (site === null || site === "same-origin");
}
