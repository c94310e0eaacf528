/**
 * Sign-in by an OpenID Connect issuer: the authorization code flow with PKCE (RFC 7636). The cookie of a session is the
 * issuer's ID token, so the Worker stores nothing, and a session ends with its token.
 */
import { base64url, createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { verified } from "./access.js";
import { cookie, readCookie } from "./cookies.js";
import { type Identity, identityOf } from "./identity.js";
import { isNavigation, redirect, refusal } from "./refusal.js";
import { type Env, readIssuer, SettingsError } from "./settings.js";

const SESSION = "session";
/** The cookie of a sign-in in progress. Each has its own, because several tabs may sign in at the same time. */
const signInCookie = (state: string) => `sign-in-${state}`;
const SIGN_IN_SECONDS = 600;
const TIMEOUT_MS = 10_000;

interface Issuer {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}

/** What a sign-in in progress keeps in a cookie. */
interface SignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The path to return to. */
  readonly back: string;
}

const issuers = new Map<string, Issuer>();

export async function readOidcIdentity(request: Request, env: Env): Promise<Identity | undefined> {
  const { clientId } = settings(env);
  const token = readCookie(request, SESSION);
  return token ? identityOfToken(token, env, clientId) : undefined;
}

/** Redirects a page without a session to the issuer. Returns `undefined` for scripts, and for other sign-in services. */
export async function startSignIn(request: Request, env: Env): Promise<Response | undefined> {
  if (!env.OIDC_ISSUER || !isNavigation(request)) return undefined;
  const { clientId } = settings(env);
  const { authorizationEndpoint } = await discover(env);
  const url = new URL(request.url);
  const back = url.pathname.startsWith("/auth/") ? "/" : `${url.pathname}${url.search}`;
  const signIn: SignIn = { state: random(), nonce: random(), verifier: random(), back };
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(signIn.verifier));
  const target = new URL(authorizationEndpoint);
  for (const [name, value] of Object.entries({
    response_type: "code",
    scope: "openid email profile",
    client_id: clientId,
    redirect_uri: callback(request),
    state: signIn.state,
    nonce: signIn.nonce,
    code_challenge: base64url.encode(new Uint8Array(challenge)),
    code_challenge_method: "S256",
  })) {
    target.searchParams.set(name, value);
  }
  const value = base64url.encode(JSON.stringify(signIn));
  return redirect(target.href, cookie(request, signInCookie(signIn.state), value, SIGN_IN_SECONDS));
}

/** `GET /auth/callback`, to which the issuer leads back. Throws if the issuer fails, or sends no JSON. */
export async function finishSignIn(request: Request, env: Env): Promise<Response> {
  const { clientId, clientSecret } = settings(env);
  const { searchParams } = new URL(request.url);
  const state = searchParams.get("state") ?? "";
  const signIn = readSignIn(request, state);
  const code = searchParams.get("code");
  if (!signIn || !code || state !== signIn.state) return refusal(request, "signed_out");
  const { tokenEndpoint } = await discover(env);
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: callback(request),
    client_id: clientId,
    code_verifier: signIn.verifier,
  });
  if (clientSecret) body.set("client_secret", clientSecret);
  const response = await fetch(tokenEndpoint, {
    method: "POST",
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status >= 500)
    throw new Error(`token endpoint: expected success, got HTTP ${response.status}`);
  const { id_token: token } = (await response.json()) as { id_token?: unknown };
  if (!response.ok || typeof token !== "string") return refusal(request, "signed_out");
  if (!(await identityOfToken(token, env, clientId, signIn.nonce))) return refusal(request, "signed_out");
  // With the origin, because a path such as //other.example alone would lead to another host.
  const back = new URL(request.url).origin + signIn.back;
  const found = redirect(back, cookie(request, SESSION, token, secondsLeft(token)));
  found.headers.append("Set-Cookie", cookie(request, signInCookie(state), "", 0));
  return found;
}

/** Ends the session of this page. The issuer's own session stays. */
export function signOutOfOidc(request: Request): Response {
  return redirect("/auth/signed-out", cookie(request, SESSION, "", 0));
}

async function identityOfToken(
  token: string,
  env: Env,
  clientId: string,
  nonce?: string,
): Promise<Identity | undefined> {
  const { issuer, keys } = await discover(env);
  // Only asymmetric algorithms: the client secret is not a key.
  const algorithms = ["RS256", "PS256", "ES256", "EdDSA"];
  const options = { issuer, audience: clientId, algorithms, requiredClaims: ["exp"] };
  const claims = await verified(() => jwtVerify(token, keys, options));
  // A token of another sign-in is as good as none.
  if (!claims || (nonce !== undefined && claims.nonce !== nonce)) return undefined;
  // OpenID Connect makes the claim optional and a boolean. Some issuers send it as a string.
  const identity = identityOf(claims, claims.email_verified === true || claims.email_verified === "true");
  return identity.name ? identity : undefined;
}

function settings(env: Env): { clientId: string; clientSecret: string | undefined } {
  if (!env.OIDC_ISSUER || !env.OIDC_CLIENT_ID) {
    throw new SettingsError("sign-in: expected both OIDC_ISSUER and OIDC_CLIENT_ID, got one");
  }
  return { clientId: env.OIDC_CLIENT_ID, clientSecret: env.OIDC_CLIENT_SECRET };
}

/** Reads the issuer's configuration (OpenID Connect Discovery 1.0). */
async function discover(env: Env): Promise<Issuer> {
  const address = readIssuer("OIDC_ISSUER", env.OIDC_ISSUER ?? "");
  const known = issuers.get(address);
  if (known) return known;
  const url = `${address}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const found = (await response.json()) as Record<string, unknown>;
  const text = (name: string) => {
    const value = found[name];
    if (typeof value !== "string") throw new Error(`openid-configuration: expected ${name}`);
    return value;
  };
  const issuer: Issuer = {
    issuer: text("issuer"),
    authorizationEndpoint: text("authorization_endpoint"),
    tokenEndpoint: text("token_endpoint"),
    keys: createRemoteJWKSet(new URL(text("jwks_uri"))),
  };
  if (issuer.issuer.replace(/\/$/, "") !== address) {
    throw new SettingsError("OIDC_ISSUER: expected the issuer's own name for itself, got another");
  }
  issuers.set(address, issuer);
  return issuer;
}

function readSignIn(request: Request, state: string): SignIn | undefined {
  try {
    const text = readCookie(request, signInCookie(state));
    return text ? (JSON.parse(new TextDecoder().decode(base64url.decode(text))) as SignIn) : undefined;
  } catch {
    return undefined;
  }
}

function callback(request: Request): string {
  return new URL("/auth/callback", request.url).href;
}

function secondsLeft(token: string): number {
  return Math.max(0, Math.floor((decodeJwt(token).exp ?? 0) - Date.now() / 1000));
}

function random(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}
