/** A person whose token a sign-in service has signed. */
export interface Identity {
  /** For display only: people may choose it. */
  readonly name: string;
  /** The verified email address in lower case. */
  readonly email: string | undefined;
  /** The service's identifier of the person (`sub`). */
  readonly subject: string | undefined;
  readonly groups: readonly string[];
  /** Whether the token has an address that is not verified, and therefore not `email`. */
  readonly hasUnverifiedEmail: boolean;
}

/** Reads a person from the claims of a valid token. The address counts only if the caller found it verified. */
export function identityOf(claims: Readonly<Record<string, unknown>>, isEmailVerified: boolean): Identity {
  const text = (name: string) =>
    typeof claims[name] === "string" && claims[name] ? claims[name] : undefined;
  const address = text("email")?.toLowerCase();
  const email = isEmailVerified ? address : undefined;
  const subject = text("sub");
  return {
    name: email ?? text("name") ?? text("common_name") ?? subject ?? "",
    email,
    subject,
    groups: Array.isArray(claims.groups) ? claims.groups.filter((group) => typeof group === "string") : [],
    hasUnverifiedEmail: address !== email,
  };
}
