/** Who may read what. Every route asks this module first. */
import { readAccessIdentity } from "./access.js";
import { readDemoIdentity } from "./demo.js";
import type { Identity } from "./identity.js";
import { readOidcIdentity, startSignIn } from "./oidc.js";
import { refusal, signInFailure } from "./refusal.js";
import { type Env, SettingsError } from "./settings.js";

/**
 * Someone who may read messages: everything (`reader`), or without message texts and with shortened phone numbers (`masked`).
 * The Worker applies the role to every response, see redact.ts.
 */
export interface Reader {
  readonly role: "reader" | "masked";
  /** For the page: an email address, or another name, which the reader may have chosen. */
  readonly name: string;
  /** For rights: the verified email address, or else `sub:` and the subject. Without both it is empty. */
  readonly id: string;
}

const UNVERIFIED =
  "email_verified: expected true in the token, got another value or none; let the sign-in service verify the address, " +
  "or name a group in READERS, see README.md";

/**
 * Returns the reader who sent a request, or the response that refuses it: HTTP 401 without a valid sign-in, 403 for people
 * without a role, 500 for missing or invalid settings. Pages get HTML, scripts the API's error envelope.
 *
 * Nothing is allowed by default: a Worker without sign-in settings refuses every request.
 */
export async function authorize(request: Request, env: Env): Promise<Reader | Response> {
  try {
    const identity = await identify(request, env);
    if (!identity) return (await startSignIn(request, env)) ?? refusal(request, "signed_out");
    if ("role" in identity) return identity;
    const role = roleOf(identity, env);
    if (!role) return refusal(request, "forbidden", identity.hasUnverifiedEmail ? UNVERIFIED : "");
    const { name, email, subject } = identity;
    return { role, name, id: email ?? (subject ? `sub:${subject}` : "") };
  } catch (error) {
    return signInFailure(request, error);
  }
}

/** The sign-in of the deployment. Exactly one must be set, so that no forgotten one stays open. */
async function identify(request: Request, env: Env): Promise<Identity | Reader | undefined> {
  const configured = [
    [env.ACCESS_TEAM_DOMAIN || env.ACCESS_AUDIENCE, readAccessIdentity],
    [env.OIDC_ISSUER || env.OIDC_CLIENT_ID, readOidcIdentity],
    [env.DEMO_SIGN_IN, readDemoIdentity],
  ] as const;
  const [first, second] = configured.filter(([setting]) => setting).map(([, read]) => read);
  if (!first || second) {
    throw new SettingsError(
      "sign-in: expected the settings of one sign-in service (ACCESS_* or OIDC_*), got " +
        `${first ? "those of two" : "none"}; see README.md`,
    );
  }
  return first(request, env);
}

/**
 * Returns the role of a person. READERS and MASKED_READERS are lists with commas. Each entry is an email address, a domain
 * (`@example.com`), a group (`group:accounting`) or `*` for everyone who can sign in. READERS comes first.
 */
export function roleOf(identity: Identity, env: Env): Reader["role"] | undefined {
  const isIn = (list: string | undefined) => entriesOf(list).some((entry) => matches(entry, identity));
  if (isIn(env.READERS)) return "reader";
  if (isIn(env.MASKED_READERS)) return "masked";
  return undefined;
}

/** Returns the entries of a setting that is a list with commas. Empty ones do not count. */
export function entriesOf(list = ""): string[] {
  return list
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

function matches(entry: string, { email, groups }: Identity): boolean {
  if (entry === "*") return true;
  if (entry.startsWith("group:")) return groups.includes(entry.slice("group:".length));
  const address = entry.toLowerCase();
  if (address.startsWith("@")) return address.length > 1 && email?.endsWith(address) === true;
  return email === address;
}
