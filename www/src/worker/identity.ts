/** A person that a sign-in service has verified. */
export interface Identity {
  readonly name: string;
  /** The verified email address in lower case. */
  readonly email: string | undefined;
  readonly groups: readonly string[];
}

/** Reads a person from the verified claims of a token. An email address that the issuer has not verified does not count. */
export function identityOf(claims: Readonly<Record<string, unknown>>): Identity {
  const text = (name: string) => (typeof claims[name] === "string" ? claims[name] : undefined);
  const email = claims.email_verified === false ? undefined : text("email")?.toLowerCase();
  const groups = Array.isArray(claims.groups)
    ? claims.groups.filter((group) => typeof group === "string")
    : [];
  return { name: email ?? text("name") ?? text("common_name") ?? text("sub") ?? "", email, groups };
}
