export * from "./index.js";

/** What the vendor's `credentials.json` holds. Fields beside these are ignored. */
export interface Credentials {
  /** The account's id. It becomes the token's issuer. */
  readonly account_id: number | string;
  /** The key's id. */
  readonly key_id: string;
  /** The private key: RSA of at least 2048 bits, as PEM (PKCS#8 or PKCS#1), not encrypted. */
  readonly private_key: string;
  /** Not used. */
  readonly account_email?: string | undefined;
}

/** Options of {@link ServiceAccount.fromCredentials}. */
export interface ServiceAccountOptions {
  /**
   * The id of a child account to read instead. The key of its parent account signs for it.
   * @default the `account_id` of the credentials
   */
  readonly accountId?: number | undefined;
}

/** Options of {@link ServiceAccount.mintToken}. */
export interface MintOptions {
  /**
   * How long the token lives, in seconds, at most 3600 (the API's limit). Keep it short: whoever has the token can use it
   * until it expires, and it carries every right of the service account.
   *
   * The API counts from the token's issue time, which lies 5 seconds in the past, so that a server whose clock is behind
   * accepts the token at once. So a life of more than 3595 seconds ends up to 5 seconds early.
   * @default 300
   */
  readonly ttlSeconds?: number | undefined;
}

/**
 * A service account that signs tokens with its private key, by the runtime's WebCrypto (RS256).
 *
 * The key is imported once and can't be read back. Consoles and `JSON.stringify()` show nothing of it. Given to a client as
 * its `token`, the account signs when needed and keeps a token until shortly before it expires.
 *
 * @example
 * const account = await ServiceAccount.fromCredentials(env.VOXIMPLANT_CREDENTIALS);
 * const client = new SmsHistoryClient({ token: account });
 */
export declare class ServiceAccount {
  // Without a member, any object with a `mintToken()` would pass for an account.
  #private;
  private constructor();

  /**
   * Reads `credentials.json`: its text, the object in it, or the older form that wraps the object in `result`.
   *
   * Rejects with an `SmsHistoryError` of kind `credentials` that says which field is missing, or what is wrong with the
   * PEM, and quotes nothing of it.
   */
  static fromCredentials(
    credentials: string | Credentials | { readonly result: Credentials },
    options?: ServiceAccountOptions,
  ): Promise<ServiceAccount>;

  /**
   * Signs a new token.
   *
   * Rejects with an `SmsHistoryError` of kind `invalid_options` for a lifetime outside its limits.
   */
  mintToken(options?: MintOptions): Promise<string>;
}
