import type { TokenSource } from "./index.js";

export * from "./index.js";

/** The content of the vendor's `credentials.json`. Other fields are ignored. */
export interface Credentials {
  /** The account's id, which becomes the token's issuer. */
  readonly account_id: number | string;
  /** The key's id. */
  readonly key_id: string;
  /** The private key: RSA with at least 2048 bits, as unencrypted PEM (PKCS#8 or PKCS#1). */
  readonly private_key: string;
  /** Not used. */
  readonly account_email?: string | undefined;
}

/** Options of {@link ServiceAccount.fromCredentials}. */
export interface ServiceAccountOptions {
  /**
   * The id of a child account to read. The key of its parent account signs for it.
   * @default the `account_id` of the credentials
   */
  readonly accountId?: number | undefined;
}

/** Options of {@link ServiceAccount.mintToken}. */
export interface MintOptions {
  /**
   * The token's lifetime in seconds, 1 to 3600 (the API's limit).
   *
   * The API counts from the token's issue time, which is set 5 seconds into the past. A server whose clock is behind therefore
   * accepts the token at once. A lifetime of more than 3595 seconds ends up to 5 seconds early.
   * @default 300
   *
   * Security: keep it short. Anyone who has the token can use it until it expires, with every right of the service account.
   */
  readonly ttlSeconds?: number | undefined;
}

/**
 * A service account that signs tokens with its private key, using the runtime's WebCrypto (RS256).
 *
 * As the option `token` of a client, it signs tokens on demand. The client caches each until shortly before it expires.
 *
 * Security: the key is imported once and cannot be exported. Consoles and `JSON.stringify()` show nothing of it.
 *
 * @example
 * const account = await ServiceAccount.fromCredentials(env.VOXIMPLANT_CREDENTIALS);
 * const client = new SmsHistoryClient({ token: account });
 */
export declare class ServiceAccount {
  // Without a member, any object with a `mintToken()` would be assignable to an account.
  #private;
  private constructor();

  /**
   * Reads `credentials.json` and imports its key. It takes the text, the object in it, or the older form that wraps the object
   * in `result`.
   *
   * Rejects with an `SmsHistoryError` of kind `credentials` that names the missing field or the fault in the PEM, and quotes
   * nothing. Rejects with kind `invalid_options` for invalid options.
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

// Clients accept an account as their `token`. A class cannot name the interface's symbol, which index.d.ts does not export.
export interface ServiceAccount extends TokenSource {}
