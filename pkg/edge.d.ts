import type { Instant, RateLimiter, RateLimiterOptions, SmsHistoryEvent, TokenSource } from "./index.js";

export * from "./index.js";

/** The content of the vendor's `credentials.json`. Other fields are ignored. */
export interface Credentials {
  /** The account's id, which becomes the token's issuer. */
  readonly account_id: number | string;
  /** The key's id: at most 128 ASCII letters, digits and `-._~:@/+=`. It is in each token's header. */
  readonly key_id: string;
  /** The private key: RSA with at least 2048 bits, as unencrypted PEM (PKCS#8 or PKCS#1). */
  readonly private_key: string;
  /** Not used. */
  readonly account_email?: string | undefined;
}

/** Options of {@link ServiceAccount.fromCredentials}. */
export interface ServiceAccountOptions {
  /**
   * The id of a child account to read. The key of its parent account signs for it. `null` is an error, because the token would
   * be for the parent.
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
   * in `result`. It signs once and verifies the signature, because some runtimes import a damaged key.
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

/**
 * What the users of a relay may ask for. Bounds that a query leaves out are filled in. A query outside of them gets HTTP 400.
 *
 * A limit that is present but `undefined` or `null` is invalid: a field that a user's record lacks must not allow everything.
 * Fields of a class or prototype count, too. Other fields and methods are invalid.
 */
export interface RelayAllow {
  /**
   * Phone numbers and senders. Every query must name one of them, as its source or its destination.
   * @default any
   */
  readonly numbers?: readonly string[];
  /** The earliest time. */
  readonly fromDate?: Instant;
  /** The latest time. A history asks until now, so its query must name an end when this is in the past. */
  readonly toDate?: Instant;
  /** The longest time that one query may cover, in days, 1 to 36525. Every query must name its beginning then. */
  readonly maxSpanDays?: number;
  /**
   * The largest number of rows of a page, 1 to 1000. A history asks for 1000 rows, so its query must name a smaller `count`
   * when this is less.
   */
  readonly maxCount?: number;
}

/**
 * Who may ask for what:
 * - `true`: everything that the option `allow` of the relay permits,
 * - `{ allow }`: what both permit, for example the numbers of this user,
 * - `false`: nothing. The page's client gets HTTP 403 and rejects with kind `token`,
 * - a `Response`: nothing. The page gets this response. The client rejects with kind `token` if it is HTTP 401 or 403, a
 *   redirect, or a page in HTML.
 */
export type RelayDecision = boolean | Response | { readonly allow: RelayAllow };

/** Options of {@link createRelay}. */
export interface RelayOptions {
  /** The account that signs the tokens. */
  readonly account: ServiceAccount;
  /**
   * Decides about each request: is the user signed in, and what may they read? Required. It gets the page's request, with its
   * cookies, and must not read its body. The page gets HTTP 500 if it returns no
   * valid decision, and HTTP 503 if it throws. `console.error` gets the precise error.
   */
  readonly authorize: (request: Request) => RelayDecision | Promise<RelayDecision>;
  /**
   * The address of the API, as of a client.
   * @default "https://api.voximplant.com/platform_api"
   */
  readonly baseUrl?: string | undefined;
  /**
   * Allows a {@link baseUrl} with plain `http`.
   * @default false
   */
  readonly allowHttp?: boolean | undefined;
  /**
   * A function to use instead of the runtime's global `fetch`, for requests to the API.
   * @default globalThis.fetch
   */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * What every user may ask for. `undefined` and `null` are invalid, so that a missing setting does not allow everything.
   * @default everything
   */
  readonly allow?: RelayAllow;
  /**
   * The origins of pages that may use the relay besides its own, such as `https://dashboard.example`. Behind a proxy that
   * changes scheme, host or port, also its own origin as browsers see it. In lower case, and without the default port.
   * @default none
   */
  readonly origins?: readonly string[] | undefined;
  /** A limit on requests to the API, of all users together. */
  readonly limiter?: RateLimiter | RateLimiterOptions | undefined;
  /**
   * The maximum time for one request to the API, until its response begins or its file is read, in milliseconds; `false`: no
   * limit.
   * @default 30000
   */
  readonly attemptTimeoutMs?: number | false | undefined;
  /** Called synchronously with every event of the requests to the API. Exceptions are ignored. */
  readonly onEvent?: ((event: SmsHistoryEvent) => void) | undefined;
}

/**
 * Creates a relay: a function that answers the requests of clients with the option `relay`, so that pages need no token. It
 * adds the token, sends the query to the API, and streams a page. A file is read whole, so that none arrives shorter.
 *
 * It accepts `POST <any path>/GetSmsHistory` with a query as a form, from a page of its own origin. Everything else is refused.
 * No token, key or address of the API reaches the page. docs/relay.md of the repository states each guarantee.
 *
 * Throws an `SmsHistoryError` of kind `invalid_options` without an account or `authorize`, for an unknown option, and for an
 * `allow` that is no object. The returned function rejects with that kind for other options that are invalid, and for a value
 * that is no `Request`. It rejects with kind `internal` if the WebAssembly cannot be loaded.
 *
 * @example
 * const relay = createRelay({ account, authorize: (request) => isSignedIn(request) });
 * // In a fetch handler: if (new URL(request.url).pathname.startsWith("/sms/")) return relay(request);
 * // In the page: new SmsHistoryClient({ relay: "/sms" })
 */
export declare function createRelay(options: RelayOptions): (request: Request) => Promise<Response>;
