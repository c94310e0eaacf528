/** What the client passes to a {@link TokenCallback}. */
export interface TokenRequest {
  /** Whether the API rejected the last token. If so, return a new token, not a cached one. */
  readonly renew: boolean;
  /**
   * Estimated clock skew in milliseconds: server time minus local time. Set only when the rejected response had a `Date`
   * header.
   */
  readonly clockSkewMs?: number;
  /**
   * Aborts when nobody waits for the token any more: after {@link SmsHistoryClientOptions.attemptTimeoutMs}, or when the call
   * ends. Pass it to your `fetch`.
   */
  readonly signal: AbortSignal;
}

/**
 * Returns a token, for example from your own server.
 *
 * The client calls it when it has no token, and when its token is about to expire. It calls it with `renew: true` when the API
 * rejected the token (HTTP 401, or the API's codes 100, 455 and 456). The rejected request is then sent again, once. A JWT is
 * cached until shortly before its `exp`. Other tokens are requested for each request.
 *
 * It runs in the async context (`AsyncLocalStorage`) of the call that needs the token.
 *
 * Security: a cached token serves all calls of its client. On a server, a callback that returns the token of the current user
 * needs a client for each user or request.
 *
 * In a page, the first call happens while the WebAssembly loads (see {@link SmsHistoryClient}). Calls that start within 2 seconds
 * of the constructor use its token.
 *
 * The time for a token counts as part of the attempt. If the callback throws or rejects, it is called again as a failed
 * request is sent again, see {@link RetryOptions}. To fail at once, for example when the user is signed out, throw an error
 * with `retryable: false`.
 *
 * In the end, an exception becomes an {@link SmsHistoryError} of kind `token`, whose `cause` it is. So does a result that is not
 * a token, which is not retried.
 */
export type TokenCallback = (request: TokenRequest) => string | Promise<string>;

declare const tokenSource: unique symbol;

/**
 * An object that issues tokens to clients: a `ServiceAccount` of `voximplant-sms-history/edge`. To issue tokens by your own
 * code, use a {@link TokenCallback}.
 */
export interface TokenSource {
  readonly [tokenSource]: TokenCallback;
}

/**
 * How the client retries failed requests.
 *
 * It retries requests that may succeed later. These are network failures, truncated, empty and HTML bodies, HTTP 408, 425, 429
 * and 5xx, and the API's codes 1, 2, 4, 162, 314, 340 and 416. Before each attempt it waits for a random part of a time that
 * doubles with each attempt. If the server asks for a wait (`Retry-After`), it waits as long, at most a minute.
 *
 * All calls of a client share a retry budget that successful requests refill. During an outage it runs out, and calls fail
 * without retrying.
 */
export interface RetryOptions {
  /**
   * The maximum number of times that a request is sent, 1 to 100.
   * @default 4
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The maximum wait before the second attempt, in milliseconds. It doubles with each attempt.
   * @default 250, or `maxDelayMs` if that is less
   */
  readonly baseDelayMs?: number | undefined;
  /**
   * The maximum wait before any attempt, in milliseconds, at most a day.
   * @default 8000, or `baseDelayMs` if that is more
   */
  readonly maxDelayMs?: number | undefined;
}

/** Limits of a {@link RateLimiter}: one of them, or both. */
export interface RateLimiterOptions {
  /**
   * The number of requests that may start in a second, 0.1 to 1000.
   * @default no limit
   */
  readonly requestsPerSecond?: number | undefined;
  /**
   * The number of requests that may be in flight at the same time, 1 to 1000.
   * @default no limit
   */
  readonly maxInFlight?: number | undefined;
}

/**
 * A limit on the requests of one or more clients of the same entry point.
 *
 * When the API asks to slow down, the limiter pauses for the time in `Retry-After`, at most a minute. Without that header it
 * pauses for a second. It then resumes at half the rate, and each success raises the rate by a quarter. A client without a
 * limiter does the same, starting without a limit.
 *
 * @example
 * const limiter = new RateLimiter({ requestsPerSecond: 5 });
 * const clients = accounts.map((token) => new SmsHistoryClient({ token, limiter }));
 */
export declare class RateLimiter {
  // Without a member, any object would be assignable to a limiter.
  #private;
  /** Invalid options are reported by the first call of a client, as an {@link SmsHistoryError} of kind `invalid_options`. */
  constructor(options: RateLimiterOptions);
}

/**
 * An event inside a call. It contains no secrets and no personal data.
 * - `request`: a request is about to be sent. `attempt` counts from 1.
 * - `response`: a response with any HTTP status has arrived. `bytes` is the length of its body. It is absent for a page that
 *   the relay passes on as a stream, of which only the beginning has arrived then.
 * - `retry`: a request failed and will be sent again after `delayMs`, which includes the pause of the rate limiter.
 * - `tokenRenewed`: the API rejected a token, and the client got another one.
 * - `page`: a page of a whole history was returned. `read` of `total` messages have been read.
 *
 * `call` is the number of the call, counted from 1 in each client. All events and the {@link Progress} of a call have the same
 * number, also its retries and its renewals of the token.
 */
export type SmsHistoryEvent = { readonly call: number } & (
  | { readonly type: "request"; readonly attempt: number }
  | {
      readonly type: "response";
      readonly attempt: number;
      readonly httpStatus: number;
      readonly bytes?: number;
      readonly durationMs: number;
    }
  | {
      readonly type: "retry";
      readonly attempt: number;
      readonly delayMs: number;
      readonly kind: SmsHistoryErrorKind;
      readonly code?: number;
      readonly httpStatus?: number;
    }
  | {
      readonly type: "tokenRenewed";
      readonly code?: number;
      readonly httpStatus?: number;
      readonly clockSkewMs?: number;
    }
  | { readonly type: "page"; readonly rows: number; readonly read: number; readonly total: number }
);

/**
 * Options of an {@link SmsHistoryClient}: either a {@link DirectAccess.token} for the API, or the address of a
 * {@link RelayedAccess.relay}. The constructor copies them. The first call, or {@link SmsHistoryClient.ready}, validates them.
 */
export type SmsHistoryClientOptions = CommonClientOptions & (DirectAccess | RelayedAccess);

/** Options of a client that sends its requests to your own server, which adds the token. */
export interface RelayedAccess {
  /**
   * The address of a `createRelay()` of `voximplant-sms-history/edge`, without the method's name. A relative address is
   * resolved against the page.
   *
   * The client sends `POST <relay>/GetSmsHistory` with the query as a form, so it has no token, and a browser sends no preflight.
   * If the relay does not accept the user, calls reject with kind `token`.
   */
  readonly relay: string | URL;
  /** Not together with {@link relay}: the relay has the token. Leave out one of both. */
  readonly token?: undefined;
  /** Not together with {@link relay}: the relay has the address of the API. */
  readonly baseUrl?: undefined;
  readonly allowHttp?: undefined;
}

/** Options of a client that sends its requests to the API. */
export interface DirectAccess {
  /** Not together with {@link token}: a client has either a token or a relay. */
  readonly relay?: undefined;
  /**
   * The source of the bearer token. Required. One of:
   * - the token itself,
   * - a function that returns it,
   * - a `ServiceAccount` of `voximplant-sms-history/edge`, which signs tokens.
   *
   * The API accepts a JWT for at most an hour. The client passes on any text of the characters that tokens have. It refuses
   * the words of an unset variable, such as `undefined`, and base64 of a key or of credentials.
   */
  readonly token: string | TokenCallback | TokenSource;
  /**
   * The address of the API, without the method's name. It must be `https`, unless its host is a loopback address or
   * {@link allowHttp} is set.
   * @default "https://api.voximplant.com/platform_api"
   */
  readonly baseUrl?: string | undefined;
  /**
   * Allows a {@link baseUrl} with plain `http`.
   *
   * Security: anybody between the client and the server can then read the token and the messages.
   * @default false
   */
  readonly allowHttp?: boolean | undefined;
}

/** Options of every client. */
export interface CommonClientOptions {
  /**
   * A function to use instead of the runtime's global `fetch`, for example to use a proxy. The client calls it with a URL
   * string and an init object (`method`, `headers` as a plain object, `redirect`, `signal`, with `relay` also `body`). It must
   * return a `Response`, or an object with `status`, `headers.get()` and `arrayBuffer()`. It runs in the async context
   * (`AsyncLocalStorage`) of the call.
   * @default globalThis.fetch
   *
   * Security: the function receives the token in the `Authorization` header, and phone numbers in the URL.
   */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * The maximum time for one page or file, in milliseconds, with all attempts and waits; `false`: no limit. Loading the
   * WebAssembly does not count. In a browser, that may take up to a minute and then fails with kind `internal`.
   * @default 120000
   *
   * After that time the call fails with kind `timeout`. If `Retry-After` exceeds the remaining time, the call fails at once and
   * sets `retryAfterMs`.
   */
  readonly timeoutMs?: number | false | undefined;
  /**
   * The maximum time for one attempt, in milliseconds; `false`: no limit. An attempt that takes longer is retried.
   * @default 30000
   */
  readonly attemptTimeoutMs?: number | false | undefined;
  /** How failed requests are retried; `false`: not at all. */
  readonly retry?: RetryOptions | false | undefined;
  /**
   * The number of requests that a whole history has in flight, 1 to 6.
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** A limit on requests: a {@link RateLimiter} that clients share, or the options of one for this client only. */
  readonly limiter?: RateLimiter | RateLimiterOptions | undefined;
  /** Called synchronously with every {@link SmsHistoryEvent}. Exceptions are ignored. */
  readonly onEvent?: ((event: SmsHistoryEvent) => void) | undefined;
}

/**
 * A point in time. The API counts whole seconds. One of:
 * - a `Date`,
 * - a string in ISO 8601 with a zone (`2026-03-01T12:00:00+03:00`), or `yyyy-MM-dd HH:mm:ss`, which means UTC,
 * - an object with `epochMilliseconds`, such as a `Temporal.Instant` or a `Temporal.ZonedDateTime`.
 */
export type Instant = Date | string | { readonly epochMilliseconds: number };

/**
 * The search parameters. All are optional. A parameter that is absent, `undefined` or `null` is not sent. The call copies its
 * query, so later changes have no effect. Fields may also be getters of a class, or inherited. The same is true of options. Of
 * `extra`, only own fields are read.
 *
 * A value outside its limits, and an unknown name, cause an {@link SmsHistoryError} of kind `invalid_query` that names the
 * parameter. No request is sent.
 */
export interface SmsHistoryQuery {
  /**
   * The sender: a phone number, with or without a leading `+` and separators, also as a URI (`tel:+14155550100`), or an
   * alphanumeric sender id.
   *
   * A number has 3 to 15 digits. It must not begin with `00` or contain `(0)`, and it must not end with `.0`. A sender id has
   * at most 11 characters, with at least one letter and at most 6 digits. A text with `*` is a number that a relay has
   * shortened, of at most 64 characters. It is sent as it is.
   */
  readonly sourceNumber?: string | null | undefined;
  /** The recipient, in the same forms. */
  readonly destinationNumber?: string | null | undefined;
  /**
   * Received (`in`) or sent (`out`) messages, in upper or lower case.
   * @default both
   */
  readonly direction?: "in" | "out" | "IN" | "OUT" | null | undefined;
  /**
   * The maximum number of rows, 1 to 1000.
   * @default 1000 (of the API)
   */
  readonly count?: number | null | undefined;
  /**
   * The number of rows to skip, an integer.
   * @default 0 (of the API)
   */
  readonly offset?: number | null | undefined;
  /** The earliest time. */
  readonly fromDate?: Instant | null | undefined;
  /** The latest time, not before {@link fromDate}. */
  readonly toDate?: Instant | null | undefined;
  /**
   * Parameters that this library does not know, by the API's names. They are sent unchanged and cannot override the
   * parameters above. A history refuses a `timezone` other than UTC, because it divides its time span in UTC.
   */
  readonly extra?: Readonly<Record<string, string | number | null | undefined>> | null | undefined;
  /**
   * The format of the response. `getSmsHistory()` reads JSON. For files, see {@link SmsHistoryFileQuery}.
   * @default "json"
   */
  readonly output?: "json" | null | undefined;
}

/** The search parameters of a file, and its format. */
export interface SmsHistoryFileQuery extends Omit<SmsHistoryQuery, "output"> {
  /** The format of the file. */
  readonly output: "csv" | "xls";
}

/** Options of one call. */
export interface CallOptions {
  /**
   * Ends the call and its request. While the WebAssembly loads, it ends the call only, and other calls use the load.
   *
   * The call rejects with the signal's own `reason`, which may be any value. It is not wrapped in an {@link SmsHistoryError}.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a whole history. */
export interface HistoryOptions extends CallOptions {
  /**
   * The maximum number of messages to read.
   * @default all
   */
  readonly limit?: number | undefined;
  /** Where to resume: the {@link SmsHistoryPage.cursor} of the last page that you read, with the same query. */
  readonly cursor?: string | undefined;
  /**
   * The number of requests in flight and pages that wait for their reader, together, 1 to 6.
   * @default the option of the client
   */
  readonly concurrency?: number | undefined;
  /** Called with each page. Exceptions are ignored. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of {@link SmsHistoryClient.newest}. */
export type NewestOptions = Omit<HistoryOptions, "limit" | "cursor">;

/** Options of {@link SmsHistoryClient.spans}. */
export interface SpansOptions extends CallOptions {
  /**
   * The maximum number of messages in a span, an integer of at least 1. A second with more messages is a span of its own.
   * @default 10000
   */
  readonly maxMessages?: number | undefined;
  /** Called with each planned part. `read` counts the messages in the planned parts. Exceptions are ignored. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A span of time in a history. Both ends are whole seconds, and both belong to the span. */
export interface HistorySpan {
  /** The first second. */
  readonly fromDate: Date;
  /** The last second. */
  readonly toDate: Date;
  /** The number of messages when they were counted. */
  readonly count: number;
}

/** The progress of a call. */
export interface Progress {
  /** The number of the call, as in its {@link SmsHistoryEvent}s. */
  readonly call: number;
  /** The number of messages that this call has read so far. */
  readonly read: number;
  /** The number of messages that this call will read: the rest of the history, or the limit if that is less. */
  readonly total: number;
  /** Messages per second since the start. */
  readonly rowsPerSecond: number;
  /** The estimated remaining time at this rate, in milliseconds. */
  readonly remainingMs: number;
}

/** Options of {@link SmsHistoryClient.summarize}. */
export interface SummaryOptions extends HistoryOptions {
  /**
   * The length of the time buckets.
   * @default "day"
   */
  readonly bucket?: "hour" | "day" | "month" | undefined;
  /**
   * The time zone of the buckets: a name of the IANA database, such as `Europe/Berlin`.
   * @default "UTC"
   */
  readonly timeZone?: string | undefined;
  /**
   * The number of phone numbers and error messages to list, 0 to 8192. Lists are exact for up to 8,192 different values.
   * @default 10
   */
  readonly top?: number | undefined;
  /**
   * Also lists buckets without messages, from the first to the last bucket of the query's `fromDate` and `toDate`. An end
   * that the query does not have is that of the messages. Local hours and days that a clock change skips have no bucket.
   *
   * More than 100,000 buckets are an {@link SmsHistoryError} of kind `invalid_options`: eleven years of hours.
   * @default false
   */
  readonly emptyBuckets?: boolean | undefined;
  /**
   * Also adds up by sender and bucket, for bills: see {@link SmsHistorySummary.bySourceNumber}. The sums are exact.
   *
   * More than 8,192 senders, or more than 262,144 pairs of a sender and a bucket, are an {@link SmsHistoryError} of kind
   * `invalid_options`. A bill must not omit anybody. In received messages every customer is a sender: query the direction
   * `out`, or a shorter period.
   * @default no sums by sender
   */
  readonly by?: "sourceNumber" | undefined;
}

/** Options of {@link SmsHistoryClient.openExport} and {@link SmsHistoryClient.exportHistory}. */
export interface ExportOptions extends HistoryOptions {
  /**
   * The format: `csv` (RFC 4180, with a header row) or `ndjson` (one JSON object per line).
   * @default "csv"
   */
  readonly format?: "csv" | "ndjson" | undefined;
  /**
   * The fields to write, in order.
   * @default all, in the order of SmsMessage
   */
  readonly columns?: readonly (keyof SmsMessage)[] | undefined;
  /**
   * Puts an apostrophe before texts that a spreadsheet could run as a formula, in CSV. These texts begin with `=`, `+`, `-`,
   * `@`, a tab or a line break. The same signs get an apostrophe behind `,`, `;`, a tab or a line break inside a text. A
   * spreadsheet may split the file at another delimiter. Plain phone numbers stay unchanged.
   * @default true
   */
  readonly neutralizeFormulas?: boolean | undefined;
  /**
   * Whether a CSV starts with a byte order mark. Some spreadsheets need it to read UTF-8.
   * @default false
   */
  readonly byteOrderMark?: boolean | undefined;
  /**
   * What separates the cells of a CSV. Spreadsheets expect a semicolon where the comma is the decimal separator.
   * @default ","
   */
  readonly delimiter?: "," | ";" | "\t" | undefined;
  /**
   * Whether the last line marks the file as complete, and counts its messages. It is `"# complete: 2 rows"` in CSV, with the
   * quotes, and `{"complete":true,"rows":2}` in NDJSON. The file is complete if its last line is exactly this, with its line
   * end. No message can produce this line. A CSV parser returns it as a row of one cell.
   * @default false
   */
  readonly trailer?: boolean | undefined;
}

/** A file of a whole history whose first page has arrived. */
export interface HistoryExport {
  /** The bytes of the file. Requests keep pace with the reader, and cancelling the stream ends them. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * The number of messages that the file will have, by the first page. It counts those of the history, or from its `cursor` on,
   * up to its `limit`. `undefined` if the API sent no count.
   */
  readonly total: number | undefined;
  /** The media type, for the header `Content-Type`: `text/csv` or `application/x-ndjson`, with `charset=utf-8`. */
  readonly type: string;
  /**
   * Resolves when the whole file has been read from {@link body}, to the number of its messages.
   *
   * Rejects with the error of the body, or with the `reason` of an aborted signal. If the body is cancelled, it rejects with the
   * reason of that, or with an `AbortError` if there is none. A rejection that you do not handle is ignored. It stays pending
   * while nobody reads.
   */
  readonly done: Promise<{ readonly rows: number }>;
}

/**
 * The search parameters of a whole history. `count` is the number of rows per request, by default 1000. There is no `offset`:
 * a history starts at its first message, or resumes at a {@link HistoryOptions.cursor}.
 */
export type HistoryQuery = Omit<SmsHistoryQuery, "offset">;

/**
 * A client that reads the SMS history of a Voximplant account. Calls may run at the same time.
 *
 * The first call loads the WebAssembly. In a page (where a `document` exists), the constructor starts loading it, and requests
 * the first token meanwhile if `token` is a function. Importing the package loads nothing.
 *
 * @example
 * const client = new SmsHistoryClient({ token });
 * const page = await client.getSmsHistory({ direction: "in", count: 100 });
 * for (const message of page) console.log(message.processedDate, message.cost);
 */
export declare class SmsHistoryClient {
  /**
   * Creates a client. It never throws: the first call, or {@link ready}, reports invalid options as an {@link SmsHistoryError}
   * of kind `invalid_options`.
   */
  constructor(options: SmsHistoryClientOptions);

  /**
   * Waits until the client can send requests: loads the WebAssembly, if it is not loaded yet, and validates the options. It
   * sends no request to the API and does not wait for a token. Use it to load early, or to show that the page is loading.
   * Other calls do not need it.
   *
   * Rejects with an {@link SmsHistoryError}:
   * - kind `internal` when the WebAssembly cannot be loaded within a minute. The next call, of any kind, tries again.
   * - kind `invalid_options` for invalid options, or `token` for a text that cannot be a token.
   *
   * @example
   * const client = new SmsHistoryClient({ token: () => fetch("/token").then((response) => response.text()) });
   * await client.ready();
   */
  ready(): Promise<void>;

  /**
   * Reads one page: at most 1,000 messages, in the order in which the API sends them. The API documents no order.
   *
   * Rejects with an {@link SmsHistoryError}, or with the reason of an aborted signal.
   */
  getSmsHistory(query?: SmsHistoryQuery, options?: CallOptions): Promise<SmsHistoryPage>;

  /**
   * Reads one page as a CSV or XLS file that the API creates. The API does not document the file's columns.
   *
   * Rejects as {@link getSmsHistory} does, and with kind `format` when the response is not a file.
   */
  download(query: SmsHistoryFileQuery, options?: CallOptions): Promise<SmsHistoryFile>;

  /**
   * Reads a whole history page by page, with a few requests ahead of the reader.
   *
   * The history is complete and exact, or it fails. No message is missing or duplicated. This holds for every order of the
   * API, and while new messages arrive:
   * - The end time is fixed at the start. Messages of the current second and later, and those after `toDate`, are excluded. The
   *   current second is that of the API's clock, by the header `Date`. Without that header, which CORS hides, it is that of
   *   this machine's clock. An API's clock that is less than 5 seconds ahead may be ignored.
   * - Rows keep the API's order in histories of up to 131,072 messages. Longer histories are read by segments of time, newest or
   *   oldest first as in the API.
   * - With a `limit`, completeness is not checked.
   * - The last page has {@link SmsHistoryPage.isLast}, and its completeness was checked. An empty history has one empty page.
   * - The API does not document how date filters treat messages without a `processedDate`. If it drops them from filtered
   *   queries, the history does not contain them.
   *
   * `break`, `return()` and an abort end all requests.
   *
   * `next()` rejects with an {@link SmsHistoryError}, or with the reason of an aborted signal. Kind `incomplete` means that
   * messages are missing and could not be found.
   */
  pages(query?: HistoryQuery, options?: HistoryOptions): AsyncIterableIterator<SmsHistoryPage, undefined>;

  /** Reads a whole history message by message, with the guarantees and errors of {@link pages}. */
  messages(query?: HistoryQuery, options?: HistoryOptions): AsyncIterableIterator<SmsMessage, undefined>;

  /**
   * Counts the messages of a whole history, whose end is fixed as in {@link pages}.
   *
   * It requests the API's count twice, and four times if it is a multiple of 1,000, as the maximum of a server would be. If the
   * responses contradict each other, it reads the history instead. The count is exact, or the call rejects as `next()` of
   * {@link pages} does.
   */
  count(query?: HistoryQuery, options?: CallOptions): Promise<number>;

  /**
   * Returns the newest `n` messages of a history, the newest first. It does not depend on the API's order. `n` is an integer
   * from 0 to 10000.
   *
   * It finds a span of time that has enough messages, by two to five requests in most histories. It reads that span with the
   * guarantees of {@link pages}. Messages of the same second are sorted by `messageId`, the highest first. Messages without a
   * `processedDate` count as the oldest.
   *
   * Rejects as `next()` of {@link pages} does.
   */
  newest(n: number, query?: HistoryQuery, options?: NewestOptions): Promise<SmsMessage[]>;

  /**
   * Plans a long history: divides its time into spans with at most `maxMessages` messages each, for example to copy it in parts.
   *
   * The spans come oldest first and have no gaps and no overlaps. They begin at `fromDate`, or in 1970, and end where
   * {@link pages} would end. To read a span, pass its `fromDate` and `toDate` as the query's. Messages that arrive late are in
   * the same spans, and their counts are then too low. Only counts are requested, about three for each span.
   *
   * Rejects as `next()` of {@link pages} does. Kind `incomplete` means that the counts of parts do not add up to the count of the
   * whole. This happens if the API counts messages without a date in every span of time, or in none.
   */
  spans(query?: HistoryQuery, options?: SpansOptions): Promise<HistorySpan[]>;

  /**
   * Aggregates a whole history in one pass: by time, direction and status, by error code, and by the phone numbers and error
   * messages that occur most often. Costs are exact. The memory it needs does not grow with the history.
   *
   * Rejects as `next()` of {@link pages} does.
   */
  summarize(
    query: HistoryQuery | undefined,
    options: SummaryOptions & { readonly by: "sourceNumber" },
  ): Promise<SmsHistorySummary & { readonly bySourceNumber: readonly SourceNumberTotals[] }>;
  summarize(query?: HistoryQuery, options?: SummaryOptions): Promise<SmsHistorySummary>;

  /**
   * Writes a whole history as a CSV or NDJSON stream. Requests keep pace with the stream's reader, and cancelling the stream
   * ends them. The API's own files, see {@link download}, end at 1,000 messages.
   *
   * The stream fails as `next()` of {@link pages} does. What you read until then is not a complete file. The stream has no bytes
   * before the first page has arrived, so a bad token gives no file.
   *
   * As the body of an HTTP response, use {@link openExport}.
   *
   * @example
   * await writeFile("sms-history.csv", client.exportHistory(query));
   */
  exportHistory(query?: HistoryQuery, options?: ExportOptions): ReadableStream<Uint8Array<ArrayBuffer>>;

  /**
   * Opens an export as {@link exportHistory} does, and resolves when its first page has arrived. A server can therefore answer
   * with an error until then.
   *
   * A failure after that breaks off the connection in Node, Deno and Bun. Workers (workerd) end the response as if it were
   * complete. The option `trailer` lets the receiver notice it everywhere.
   *
   * Rejects as `next()` of {@link pages} does.
   *
   * @example
   * const { body, type } = await client.openExport(query, { trailer: true });
   * return new Response(body, { headers: { "Content-Type": type } });
   */
  openExport(query?: HistoryQuery, options?: ExportOptions): Promise<HistoryExport>;
}

/**
 * One message, as a plain object. Every field is present. A field that the API omitted or sent as null is `undefined`, and
 * so is an empty string, except in phone numbers and texts.
 *
 * Numbers are read in every form of the same number: `3`, `3.0`, `3e0`, `"3"`. Invalid UTF-8 in a string becomes U+FFFD, as
 * `response.json()` reads it. A value that would have to be guessed is an error of kind `format`.
 */
export interface SmsMessage {
  /**
   * The message's id: `message_id`, or `sms_id` if that is absent or 0. An id above 2^53-1 is an error of kind `format`, never a
   * rounded number.
   */
  readonly messageId: number | undefined;
  /** The sender: a phone number as the API wrote it, or an alphanumeric sender id. */
  readonly sourceNumber: string | undefined;
  /** The recipient, in the same forms. */
  readonly destinationNumber: string | undefined;
  /** Received (`in`) or sent (`out`). `unknown` means that the API sent another word, see {@link rawDirection}. */
  readonly direction: "in" | "out" | "unknown" | undefined;
  /** The API's word if {@link direction} is `unknown`, otherwise `undefined`. */
  readonly rawDirection: string | undefined;
  /** The number of fragments that the message was divided into. */
  readonly fragments: number | undefined;
  /**
   * The cost in the account's currency, as the nearest number. For exact sums, use {@link SmsHistoryTotals.cost}; for exact
   * single costs, {@link SmsHistoryPage.toRows}.
   */
  readonly cost: number | undefined;
  /** The delivery status. `unknown` means that the API sent another id, see {@link statusId}. */
  readonly status: "success" | "error" | "waiting" | "unknown" | undefined;
  /** The status as the API sent it: `1` success, `2` error, `3` waiting, or another id. */
  readonly statusId: string | undefined;
  /**
   * The API's error message, if any.
   *
   * Security: it may quote phone numbers.
   */
  readonly errorMessage: string | undefined;
  /**
   * When the message was processed. The API sends UTC, so the local time zone has no effect. A date that names its zone is
   * read by that zone, and a fraction of a second is kept to the millisecond. `0000-00-00 00:00:00` is `undefined`.
   */
  readonly processedDate: Date | undefined;
  /** The transaction's id. An id above 2^53-1 is an error of kind `format`. */
  readonly transactionId: number | undefined;
  /** The stored text of the message. */
  readonly text: string | undefined;
}

/** An exact decimal number in plain digits, such as `"12.0345"` or `"-0.5"`, without an exponent or trailing zeros. */
export type DecimalString = `${number}`;

/** Totals of rows. */
export interface SmsHistoryTotals {
  /** The number of rows. */
  readonly count: number;
  /** The sum of `fragments`, exact: more than 2^53-1 are an error of kind `format`. */
  readonly fragments: number;
  /**
   * The exact sum of `cost`, as a decimal string such as `"12.0345"`. A sum of numbers would accumulate rounding errors.
   * Each cost is exact to 18 decimal places, and rounded there if the API sends more.
   */
  readonly cost: DecimalString;
}

/** Totals of a time bucket. */
export interface BucketTotals extends SmsHistoryTotals {
  /** The bucket's local time: `2026-03-08T01`, `2026-03-08` or `2026-03`. `undefined` for messages without a date. */
  readonly label: string | undefined;
  /** The start of the bucket. It distinguishes the two hours with the same label when the clock is set back. */
  readonly start: Date | undefined;
  /** The directions that occur in the bucket. They contain each of its messages once. */
  readonly directions: readonly DirectionTotals[];
  /** The statuses that occur in the bucket. They contain each of its messages once. */
  readonly statuses: readonly StatusTotals[];
}

/** Totals of a direction. */
export interface DirectionTotals extends SmsHistoryTotals {
  readonly direction: SmsMessage["direction"];
  /** The API's word if the direction is `unknown`. `undefined` combines all words beyond the first hundred. */
  readonly raw: string | undefined;
}

/** Totals of a status. */
export interface StatusTotals extends SmsHistoryTotals {
  readonly status: SmsMessage["status"];
  /** The API's id if the status is `unknown`. `undefined` combines all ids beyond the first hundred. */
  readonly raw: string | undefined;
}

/** Totals of a phone number, a sender id or an error message. */
export interface TopEntry {
  /** The phone number, sender id or error message, cut off after 512 bytes. */
  readonly value: string;
  /** The number of messages. It may be too high by up to {@link countError}. */
  readonly count: number;
  /** By how much `count` may be too high. 0 in an exact list. */
  readonly countError: number;
  /** The fragments of the messages that are counted exactly (`count - countError`). */
  readonly fragments: number;
  /** The exact cost of the same messages. */
  readonly cost: DecimalString;
}

/**
 * The values that occur most often, the most frequent first. Among equal counts, those with the smaller `countError` come first,
 * then the lower values by their UTF-8 bytes.
 */
export interface TopList {
  /** Whether every figure is exact and no entry is missing. This is so for up to 8,192 different values. */
  readonly exact: boolean;
  readonly entries: readonly TopEntry[];
}

/** Totals of an error code of the API. */
export interface ErrorCodeTotals extends SmsHistoryTotals {
  /**
   * The integer N in `Code = N` at the end of the error text. `undefined`: the texts without a code. White space and
   * punctuation may follow the code, and `code` may be in any case. A number elsewhere in the text is no code.
   */
  readonly code: number | undefined;
  /**
   * The first error text with this code, cut off after 512 bytes.
   *
   * Security: it may quote phone numbers.
   */
  readonly example: string;
}

/**
 * The error codes from the most messages to the fewest. Among equal counts, the texts without a code come first, then the lower
 * codes. The option `top` does not limit them.
 */
export interface ErrorCodeList {
  /**
   * Whether every code is listed, which is so for up to 1,000 different codes. The API documents some 460. Messages with
   * further codes are in no entry.
   */
  readonly exact: boolean;
  readonly entries: readonly ErrorCodeTotals[];
}

/** Totals of a sender. */
export interface SourceNumberTotals {
  /** The phone number or sender id, cut off after 512 bytes. `undefined`: the messages without one. */
  readonly sourceNumber: string | undefined;
  readonly totals: SmsHistoryTotals;
  /** The number of its messages with the status `success`, and that with the status `error`. */
  readonly success: number;
  readonly error: number;
  /** Sorted by time, as {@link SmsHistorySummary.buckets}. Buckets without messages of this sender are omitted. */
  readonly buckets: readonly (SmsHistoryTotals & Pick<BucketTotals, "label" | "start">)[];
}

/** The totals of a history, as a plain object. Buckets, directions and statuses each contain every message once. */
export interface SmsHistorySummary {
  readonly totals: SmsHistoryTotals;
  readonly bucket: "hour" | "day" | "month";
  /**
   * Sorted by time, with the messages without a date at the end. Empty buckets are omitted, unless
   * {@link SummaryOptions.emptyBuckets} is set.
   *
   * A direction or a status that the API does not document has an entry of its own in each bucket. After 128 pairs of a
   * direction and a status in one bucket, or 262,144 in all, further ones share an entry whose `raw` is `undefined`.
   */
  readonly buckets: readonly BucketTotals[];
  readonly directions: readonly DirectionTotals[];
  readonly statuses: readonly StatusTotals[];
  readonly sourceNumbers: TopList;
  readonly destinationNumbers: TopList;
  readonly errorMessages: TopList;
  /** The messages with an error text, by the API's error code. */
  readonly errorCodes: ErrorCodeList;
  /** The messages with the status `error` and no error text, or an empty one. */
  readonly withoutErrorText: SmsHistoryTotals;
  /**
   * With the option `by: "sourceNumber"`: the senders with the most messages first. Among equal counts, the lower senders by their
   * UTF-8 bytes come first, then the messages without a sender.
   */
  readonly bySourceNumber?: readonly SourceNumberTotals[];
}

/** The names of number columns. `processedDate` is in milliseconds since 1970, UTC. */
export type NumberColumn = "messageId" | "fragments" | "cost" | "processedDate" | "transactionId";

/** The names of word and text columns. */
export type TextColumn = Exclude<keyof SmsMessage, NumberColumn>;

/** One message in the JSON form of a page. Absent fields are absent or `null`, and the date is a string in ISO 8601, UTC. */
export type SmsMessageJson = {
  readonly [Name in keyof SmsMessage]?:
    | (Name extends "processedDate" ? string : SmsMessage[Name])
    | null
    | undefined;
};

/** The result of `JSON.parse(JSON.stringify(page))`. {@link SmsHistoryPage.fromJSON} restores the page. */
export interface SmsHistoryPageJson {
  readonly totalCount?: number | null | undefined;
  readonly cursor?: string | null | undefined;
  readonly isLast?: boolean | null | undefined;
  readonly totals: SmsHistoryTotals;
  readonly messages: readonly SmsMessageJson[];
  /** The index and the exact cost of each message whose cost has more digits than a number holds. */
  readonly exactCosts?: readonly (readonly [index: number, cost: DecimalString])[] | undefined;
}

/**
 * One page of the history. Its columns are already parsed and validated, and rows are created on demand.
 *
 * A page holds no WebAssembly memory, so there is nothing to free. To store it or to post it to another thread, use
 * {@link toJSON} and {@link fromJSON}. A `structuredClone` of the page itself would copy its counts only, and a deep comparison
 * of two pages would compare their counts only.
 */
export declare class SmsHistoryPage implements Iterable<SmsMessage> {
  private constructor();
  /**
   * Restores a page from its JSON form, or from the result of {@link toJSON}: with the same rows, columns, totals, cursor and
   * exact costs. It needs no WebAssembly, so a page can show rows that a server has rendered before it loads any.
   *
   * Throws an {@link SmsHistoryError} of kind `invalid_options` that names the wrong field. It compares the count of messages
   * and the sum of fragments with the totals, and does not add up costs. Unknown fields are ignored.
   *
   * @example
   * const page = SmsHistoryPage.fromJSON(await (await fetch("/messages")).json());
   */
  static fromJSON(json: SmsHistoryPageJson | ReturnType<SmsHistoryPage["toJSON"]>): SmsHistoryPage;
  /** The number of rows in the page. */
  readonly length: number;
  /** The number of messages that match the query, independent of `count` and `offset`. `undefined` if the API did not send it. */
  readonly totalCount: number | undefined;
  /**
   * The position after this page in a whole history, for {@link HistoryOptions.cursor}. It contains no personal data.
   * `undefined` for single calls, for the last page, and if the result set changed during reading.
   */
  readonly cursor: string | undefined;
  /**
   * Whether this is the last page of a whole history, and the history is complete. The last page may be empty: if there are no
   * messages, or if some were removed during reading.
   *
   * `false` for single calls. Also `false` for the page at which a `limit` ends the call: it has a cursor, because the end of
   * the history was not checked.
   */
  readonly isLast: boolean;
  /** The totals of this page. */
  readonly totals: SmsHistoryTotals;
  /** Returns the row at an index, or `undefined` if there is none. A negative index counts from the end. */
  at(index: number): SmsMessage | undefined;
  /** Iterates over the rows in the order of the response, and creates each on demand. */
  [Symbol.iterator](): Generator<SmsMessage, void, undefined>;
  /** Returns all rows in the order of the response. */
  toArray(): SmsMessage[];
  /** Returns a number column as a new typed array, for example for a chart. `NaN` means that the row has no value. */
  column(name: NumberColumn): Float64Array<ArrayBuffer>;
  /**
   * Returns a word or text column.
   *
   * Throws an {@link SmsHistoryError} of kind `invalid_options` for an unknown name.
   */
  column<Name extends TextColumn>(name: Name): SmsMessage[Name][];
  /**
   * Returns each row as an array with the columns in the order that is asked for, for databases and CSV writers. Times are in
   * milliseconds since 1970, UTC. Costs are decimal strings, exact to 18 decimal places. Absent values are `null`.
   *
   * Throws an {@link SmsHistoryError} of kind `invalid_options` for an unknown column, and for none.
   *
   * @example
   * const statement = db.prepare("INSERT INTO sms (id, at, cost) VALUES (?, ?, ?)");
   * await db.batch(page.toRows(["messageId", "processedDate", "cost"]).map((row) => statement.bind(...row)));
   */
  toRows(columns: readonly (keyof SmsMessage)[]): (string | number | null)[][];
  /** Returns the counts and all rows, for `JSON.stringify()` and `Response.json()`. {@link fromJSON} restores the page. */
  toJSON(): {
    totalCount: number | undefined;
    totals: SmsHistoryTotals;
    cursor: string | undefined;
    isLast: boolean;
    messages: SmsMessage[];
    /** Present if the cost of a message has more digits than a number holds. */
    exactCosts?: [index: number, cost: DecimalString][];
  };
}

/**
 * A CSV or XLS file, byte for byte as the API sends it, at most 1,000 messages. It is available when its first bytes arrive. You
 * can read it more than once, because it keeps its bytes.
 *
 * If an attempt breaks off, the next one continues where it ended.
 *
 * Reading fails with an {@link SmsHistoryError} when no attempt completes the file, or when a later attempt brings different
 * bytes. It fails with the reason of an aborted signal.
 */
export declare class SmsHistoryFile {
  private constructor();
  /** The file's name from the API, without folders. `undefined` if the API sends none. */
  readonly name: string | undefined;
  /**
   * The response's `Content-Type`.
   * @default "application/octet-stream"
   */
  readonly type: string;
  /**
   * A new stream of the bytes as they arrive, for `new Response(file.body)`. Cancelling it ends the request, unless the file is
   * complete or has another reader.
   */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Returns a copy of all bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
  /** Returns a copy of all bytes. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** Returns the bytes decoded as UTF-8. This is for CSV files. */
  text(): Promise<string>;
  /** Returns the file as a `Blob`, for example for `URL.createObjectURL()`. */
  blob(): Promise<Blob>;
}

/**
 * The kinds of errors:
 * - `invalid_query`: a query parameter is invalid. No request was sent.
 * - `invalid_options`: an option of the client or of a call is invalid. No request was sent.
 * - `credentials`: the credentials of a service account are unusable. No request was sent.
 * - `token`: there is no usable token, for example because the callback failed.
 * - `network`: there was no response or an incomplete one, or `fetch` failed.
 * - `timeout`: there was no response within the time limit.
 * - `http`: the HTTP status is an error, without an API error in the body. Redirects are not followed and are of this kind.
 * - `api`: the API returned an error. `code` is its number.
 * - `rate_limited`: the API, or the HTTP status 429, asks to slow down.
 * - `format`: the response violates the API's specification (HTML, truncated, not JSON, a field of a wrong type). Also a body
 *   that is not valid UTF-8, if its `Content-Type` declares another charset. Otherwise invalid bytes in strings become U+FFFD.
 * - `incomplete`: rows of a history are missing.
 * - `internal`: the WebAssembly could not be loaded, or its code stopped.
 */
export type SmsHistoryErrorKind =
  | "invalid_query"
  | "invalid_options"
  | "credentials"
  | "token"
  | "network"
  | "timeout"
  | "http"
  | "api"
  | "rate_limited"
  | "format"
  | "incomplete"
  | "internal";

/**
 * The error of every call. `instanceof` also accepts the errors of other copies of this package: one by `import`, one by
 * `require()`.
 *
 * Security: its message and `stack`, consoles and `JSON.stringify()` show no token, key or phone number, and no value of a row.
 * Only {@link cause} may. For an error with an unknown code, the message shows words of the API's own text: of lower-case
 * letters, outside quotes, at most 40. If the API puts a message text into it without quotes, such words of that text are
 * shown too.
 */
export declare class SmsHistoryError extends Error {
  private constructor();
  readonly name: "SmsHistoryError";
  /** The kind of error, one of a closed set. */
  readonly kind: SmsHistoryErrorKind;
  /** The API's error number of at most six digits, if the API returned an error. */
  readonly code: number | undefined;
  /** The HTTP status, if there was a response. Browsers report a redirect as 0. */
  readonly httpStatus: number | undefined;
  /** Whether the same call may succeed later. The client has already retried such errors according to the option `retry`. */
  readonly retryable: boolean;
  /** The wait that the server asks for before the next request, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /**
   * For kind `incomplete`: whether the cursor that the history was resumed from no longer fits. If so, read the history from its
   * beginning, without the cursor. `undefined` for other kinds.
   */
  readonly staleCursor: boolean | undefined;
  /**
   * The original exception of `fetch` or of your token callback, if any. The modules of Node, Deno and Bun that print errors,
   * or pass them between threads, read `undefined`.
   *
   * Security: consoles hide it, but a logger that follows `cause` may print the URL with phone numbers, or the headers with the
   * token. A polyfill of `structuredClone` copies it.
   */
  get cause(): unknown;
  /** Returns everything except `stack` and `cause`. */
  toJSON(): {
    name: string;
    message: string;
    kind: SmsHistoryErrorKind;
    code: number | undefined;
    httpStatus: number | undefined;
    retryable: boolean;
    retryAfterMs: number | undefined;
    staleCursor: boolean | undefined;
  };
}
