/** Sign-in by Cloudflare Access, which adds a signed header to each request that it lets through. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import { type Identity, identityOf } from "./identity.js";
import { type Env, readIssuer, SettingsError } from "./settings.js";

const HEADER = "Cf-Access-Jwt-Assertion";

/** jose's codes for keys that it could not load. The first is that of a response other than HTTP 200 and JSON. */
const UNAVAILABLE = [errors.JOSEError.code, errors.JWKSTimeout.code, errors.JWKSInvalid.code];

/** The keys by team. jose requests them again after a while, and when a token names a new one. */
const keysByTeam = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

export async function readAccessIdentity(request: Request, env: Env): Promise<Identity | undefined> {
  const { ACCESS_TEAM_DOMAIN: domain, ACCESS_AUDIENCE: audience } = env;
  if (!domain || !audience) {
    throw new SettingsError("sign-in: expected both ACCESS_TEAM_DOMAIN and ACCESS_AUDIENCE, got one");
  }
  const issuer = readIssuer("ACCESS_TEAM_DOMAIN", domain);
  const token = request.headers.get(HEADER);
  if (!token) return undefined;
  let keys = keysByTeam.get(issuer);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`));
    keysByTeam.set(issuer, keys);
  }
  const claims = await verified(() => jwtVerify(token, keys, { issuer, audience, algorithms: ["RS256"] }));
  // Access signs tokens only for people that its policies let in. It documents no claim `email_verified`.
  return claims && identityOf(claims, claims.email_verified !== false);
}

/** Returns the claims of a token, or `undefined` for an invalid one. Throws if the keys cannot be loaded. */
export async function verified(
  verify: () => Promise<{ payload: JWTPayload }>,
): Promise<JWTPayload | undefined> {
  try {
    return (await verify()).payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError) || UNAVAILABLE.includes(error.code)) throw error;
    return undefined;
  }
}
