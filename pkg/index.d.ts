import type { ServiceAccount } from "./edge.js";

/** What the client tells when it asks for a token. */
export interface TokenRequest {
  /** Whether the token given last was refused: a new one is needed, not a cached one. */
  readonly renew: boolean;
  /** By how many milliseconds the API's clock is ahead of this machine's; only after a refusal that told the time. */
  readonly clockSkewMs?: number;
}

/**
 * Gives a token when the client needs one, for example by asking your own server for it.
 *
 * It is called when the client has no token yet, and again when the one it has is about to expire or (`renew: true`)
 * was refused: by HTTP 401, or by the API's codes 100, 455 and 456. A refused request is sent once more with the new token.
 * A token that is a JWT is kept until shortly before its `exp`.
 *
 * What it throws, and what it gives instead of a token, is reported as an {@link SmsHistoryError} of kind `token`.
 */
export type TokenCallback = (request: TokenRequest) => string | Promise<string>;

/**
 * When a request that failed is sent again: after a random part of a time that doubles with each attempt, or as long as
 * the server asks (`Retry-After`, at most a minute).
 *
 * Sent again is what may succeed later: network failures, truncated, empty and HTML bodies, HTTP 408, 425, 429 and 5xx, and
 * the API's codes 1, 2, 4, 162, 314, 340 and 416. All calls of a client share a budget of retries, which successes fill: when
 * the API fails altogether, calls soon fail at once.
 */
export interface RetryOptions {
  /**
   * How often a request is sent at the most, 1 to 100.
   * @default 4
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The longest wait before the second attempt, in milliseconds. It doubles with each attempt.
   * @default 250
   */
  readonly baseDelayMs?: number | undefined;
  /**
   * The longest wait before any attempt, in milliseconds, at most a day.
   * @default 8000
   */
  readonly maxDelayMs?: number | undefined;
}

/** Limits of a {@link RateLimiter}. */
export interface RateLimiterOptions {
  /**
   * Requests that may start in a second, 0.1 to 1000.
   * @default no limit
   */
  readonly requestsPerSecond?: number | undefined;
  /**
   * Requests that may be under way at the same time, 1 to 1000.
   * @default no limit
   */
  readonly maxInFlight?: number | undefined;
}

/**
 * A limit on the requests of one or of several clients (of the same entry point).
 *
 * When the API asks to slow down, it pauses as long as it is asked to, or a second, and goes on at half the rate; each
 * success makes it a quarter faster again. A client without a limiter does that, too, from no limit on.
 *
 * @example
 * const limiter = new RateLimiter({ requestsPerSecond: 5 });
 * const clients = accounts.map((token) => new SmsHistoryClient({ token, limiter }));
 */
export declare class RateLimiter {
  // Without a member, any object would pass for a limiter.
  #private;
  /** Wrong options are reported by the first call of a client, as an {@link SmsHistoryError} of kind `invalid_options`. */
  constructor(options: RateLimiterOptions);
}

/**
 * Something that happened inside a call. Nothing secret and nothing personal is in it.
 * - `request`: a request is about to be sent. `attempt` counts from 1.
 * - `response`: a reply of whatever status has arrived whole.
 * - `retry`: a request failed and will be sent again after `delayMs`.
 * - `tokenRenewed`: the API refused a token, and there is another one.
 * - `page`: a page of a whole history was handed over; `read` of `total` messages are read.
 */
export type SmsHistoryEvent =
  | { readonly type: "request"; readonly attempt: number }
  | {
      readonly type: "response";
      readonly attempt: number;
      readonly httpStatus: number;
      readonly bytes: number;
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
  | { readonly type: "page"; readonly rows: number; readonly read: number; readonly total: number };

/** Options of an {@link SmsHistoryClient}. They are copied at construction, and checked by the first call. */
export interface SmsHistoryClientOptions {
  /**
   * Where the bearer token comes from: the token itself, a function that gives one, or a `ServiceAccount` of
   * `voximplant-sms-history/edge`, which signs them. Required.
   *
   * A token is a JWT that the API accepts for at most an hour. Any text without white space and control characters is
   * passed on as it is.
   */
  readonly token: string | TokenCallback | ServiceAccount;
  /**
   * Address of the API, without the method's name.
   *
   * An address that is not https is refused, unless its host is a loopback address or {@link allowHttp} is set.
   * @default "https://api.voximplant.com/platform_api"
   */
  readonly baseUrl?: string | undefined;
  /**
   * Allows a {@link baseUrl} with plain http, over which anybody on the way can read the token and the messages.
   * @default false
   */
  readonly allowHttp?: boolean | undefined;
  /**
   * Used in place of the runtime's global `fetch`, for example to go through a proxy. It is called with a URL string and
   * an init object (`method`, `headers` as a plain object, `redirect`, `signal`) and must give a `Response`, or an object
   * with `status`, `headers.get()` and `arrayBuffer()`.
   *
   * It sees the token in the `Authorization` header, and phone numbers in the URL.
   * @default globalThis.fetch
   */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /**
   * The longest that one page or file may take with all its attempts and waits, in milliseconds; `false`: no limit. Then
   * the call fails with kind `timeout`. A wait that the server asks for (`Retry-After`) and that would end later is not
   * begun: the call fails at once, with `retryAfterMs` in the error. The loading of the WebAssembly part does not count:
   * in a browser it may take a minute, and then fails with kind `internal`.
   * @default 120000
   */
  readonly timeoutMs?: number | false | undefined;
  /**
   * The longest that one attempt may take, in milliseconds; `false`: no limit. It counts as a failure that may pass.
   * @default 30000
   */
  readonly attemptTimeoutMs?: number | false | undefined;
  /** How requests that failed are sent again; `false`: they are not. */
  readonly retry?: RetryOptions | false | undefined;
  /**
   * How many requests a whole history has under way, 1 to 6.
   * @default 4
   */
  readonly concurrency?: number | undefined;
  /** A limit on requests: one that several clients share, or the options of one for this client alone. */
  readonly limiter?: RateLimiter | RateLimiterOptions | undefined;
  /** Called with every {@link SmsHistoryEvent}, in the middle of the work; what it throws is ignored. */
  readonly onEvent?: ((event: SmsHistoryEvent) => void) | undefined;
}

/**
 * A point in time: a `Date`; a string, either ISO 8601 with a zone (`2026-03-01T12:00:00+03:00`) or `yyyy-MM-dd HH:mm:ss`,
 * which is read as UTC; or an object with `epochMilliseconds`, such as a `Temporal.Instant` or a
 * `Temporal.ZonedDateTime`. The API counts whole seconds.
 */
export type Instant = Date | string | { readonly epochMilliseconds: number };

/**
 * What to look for. Everything is optional; a parameter that is left out, `undefined` or `null` is not sent. A call reads its
 * query when it is made: what is changed later changes nothing.
 *
 * A value outside its limits, and a name that is not listed here, is refused with an {@link SmsHistoryError} of kind
 * `invalid_query` that names the parameter; nothing is sent then.
 */
export interface SmsHistoryQuery {
  /** The sender: a phone number, with or without a leading `+` and separators, or an alphanumeric sender id. */
  readonly sourceNumber?: string | null | undefined;
  /** The recipient, in the same forms. */
  readonly destinationNumber?: string | null | undefined;
  /** Received (`in`) or sent (`out`) messages, in any case. Left out: both. */
  readonly direction?: "in" | "out" | "IN" | "OUT" | null | undefined;
  /**
   * The most rows to read, 1 to 1000.
   * @default 1000 (by the API)
   */
  readonly count?: number | null | undefined;
  /**
   * How many rows to skip, a whole number.
   * @default 0 (by the API)
   */
  readonly offset?: number | null | undefined;
  /** The earliest time. */
  readonly fromDate?: Instant | null | undefined;
  /** The latest time. Not before {@link fromDate}. */
  readonly toDate?: Instant | null | undefined;
  /**
   * Parameters of the API that this library does not know, by the API's own names. They are sent as they are and can't
   * override the ones above.
   */
  readonly extra?: Readonly<Record<string, string | number | null | undefined>> | null | undefined;
  /**
   * The form of the reply. `getSmsHistory()` reads JSON; for a file see {@link SmsHistoryFileQuery}.
   * @default "json"
   */
  readonly output?: "json" | null | undefined;
}

/** What to look for, and the form of the file to make of it. */
export interface SmsHistoryFileQuery extends Omit<SmsHistoryQuery, "output"> {
  /** The form of the file. */
  readonly output: "csv" | "xls";
}

/** Options of one call. */
export interface CallOptions {
  /**
   * Ends the call and its request, also while the WebAssembly part loads. The call then rejects with the signal's own `reason`, whatever that is, and not with
   * an {@link SmsHistoryError}.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of a whole history. */
export interface HistoryOptions extends CallOptions {
  /**
   * The most messages to read.
   * @default all
   */
  readonly limit?: number | undefined;
  /** Where to go on: {@link SmsHistoryPage.cursor} of the last page that was read, with the same query. */
  readonly cursor?: string | undefined;
  /**
   * Requests under way, and pages that wait for their reader, together: 1 to 6.
   * @default the client's
   */
  readonly concurrency?: number | undefined;
}

/** How far a summary has come. */
export interface Progress {
  /** Messages that were read. */
  readonly read: number;
  /** Messages of the whole history, or the limit where that is less. */
  readonly total: number;
  /** Messages a second since the reading began. */
  readonly rowsPerSecond: number;
  /** How long the rest takes at this rate, in milliseconds. */
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
   * The time zone whose hours, days and months the buckets are: a name of the IANA database, such as `Europe/Berlin`.
   * @default "UTC"
   */
  readonly timeZone?: string | undefined;
  /**
   * How many numbers and error messages are listed, 0 to 1000.
   * @default 10
   */
  readonly top?: number | undefined;
  /** Called after each page; what it throws is ignored. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of {@link SmsHistoryClient.exportHistory}. */
export interface ExportOptions extends HistoryOptions {
  /**
   * `csv` as in RFC 4180, with a header row, or `ndjson`: a JSON object a line.
   * @default "csv"
   */
  readonly format?: "csv" | "ndjson" | undefined;
  /**
   * Which fields, in which order.
   * @default all, in the order of SmsMessage
   */
  readonly columns?: readonly (keyof SmsMessage)[] | undefined;
  /**
   * Whether a text that a spreadsheet could take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line break)
   * gets an apostrophe in front, in CSV. Plain phone numbers are left as they are.
   * @default true
   */
  readonly neutralizeFormulas?: boolean | undefined;
  /**
   * Whether a CSV begins with a byte order mark, without which some spreadsheets don't read it as UTF-8.
   * @default false
   */
  readonly byteOrderMark?: boolean | undefined;
}

/**
 * What to look for in a whole history. `count` is the number of rows a request, by default 1000. There is no `offset`: a
 * history starts at its first message, and goes on at a {@link HistoryOptions.cursor}.
 */
export type HistoryQuery = Omit<SmsHistoryQuery, "offset">;

/**
 * Reads the SMS history of a Voximplant account.
 *
 * Calls may run at the same time. Making a client costs nothing; its first call loads the WebAssembly part.
 *
 * @example
 * const client = new SmsHistoryClient({ token });
 * const page = await client.getSmsHistory({ direction: "in", count: 100 });
 * for (const message of page) console.log(message.processedDate, message.cost);
 */
export declare class SmsHistoryClient {
  /** Wrong options are reported by the first call, as an {@link SmsHistoryError} of kind `invalid_options`. */
  constructor(options: SmsHistoryClientOptions);

  /**
   * Reads one page: at most 1,000 messages, in the order in which the API sends them (it documents none).
   *
   * Rejects with an {@link SmsHistoryError}, or with the reason of an aborted signal.
   */
  getSmsHistory(query?: SmsHistoryQuery, options?: CallOptions): Promise<SmsHistoryPage>;

  /**
   * Reads one page as the CSV or XLS file that the API makes of it. Its columns are the API's, and are not documented.
   *
   * Rejects as {@link getSmsHistory} does; also, as kind `format`, when something else than a file comes.
   */
  download(query: SmsHistoryFileQuery, options?: CallOptions): Promise<SmsHistoryFile>;

  /**
   * Reads a whole history, page by page, with a few requests ahead of the reader.
   *
   * It is complete and exact, or it fails: no message is missing and none comes twice, in whatever order the API sends
   * them and although new ones arrive. Messages of the present second and later do not belong to it (by this machine's
   * clock, or by the API's where that is behind), nor do those after `toDate`. Rows come in the API's order; up to
   * 131,072 messages exactly, beyond that by segments of time, newest or oldest first as in the API. With a `limit`,
   * completeness is not checked. To which span of time the API counts a message without a `processedDate` is not
   * documented: if to none, a history, which always has an end, is without it.
   *
   * `break`, `return()` and an abort end all its requests. `next()` rejects with an {@link SmsHistoryError}, of kind
   * `incomplete` when messages are missing and could not be found, or with the reason of an aborted signal.
   */
  pages(query?: HistoryQuery, options?: HistoryOptions): AsyncIterableIterator<SmsHistoryPage, undefined>;

  /** Reads a whole history, message by message. As {@link pages}. */
  messages(query?: HistoryQuery, options?: HistoryOptions): AsyncIterableIterator<SmsMessage, undefined>;

  /**
   * Adds up a whole history in one pass, in memory that does not grow with its length: by time, direction and status, and
   * the numbers and error messages with the most messages. Costs are exact.
   *
   * Rejects as the `next()` of {@link pages} does.
   */
  summarize(query?: HistoryQuery, options?: SummaryOptions): Promise<SmsHistorySummary>;

  /**
   * Writes a whole history as a CSV or NDJSON file (the API's own files, see {@link download}, end at 1,000 messages). It is
   * read as fast as the stream is. Cancelling the stream ends all requests.
   *
   * Reading fails as the `next()` of {@link pages} does: what was read until then is not a whole file.
   *
   * @example
   * return new Response(client.exportHistory(query), { headers: { "Content-Type": "text/csv; charset=utf-8" } });
   */
  exportHistory(query?: HistoryQuery, options?: ExportOptions): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * One message, as a plain object. Every field is always there; one that the API left out, or sent as null, is `undefined`.
 */
export interface SmsMessage {
  /** The message's id. An id above 2^53-1 is an error of kind `format`, never a rounded number. */
  readonly messageId: number | undefined;
  /** The sender: a phone number as the API wrote it, or an alphanumeric sender id. */
  readonly sourceNumber: string | undefined;
  /** The recipient, likewise. */
  readonly destinationNumber: string | undefined;
  /** Received (`in`) or sent (`out`). `unknown`: the API sent another word, see {@link rawDirection}. */
  readonly direction: "in" | "out" | "unknown" | undefined;
  /** The API's word when {@link direction} is `unknown`; otherwise `undefined`. */
  readonly rawDirection: string | undefined;
  /** How many fragments the message was divided into. */
  readonly fragments: number | undefined;
  /** What the message cost, in the account's currency. To add up costs exactly, use {@link SmsHistoryTotals.cost}. */
  readonly cost: number | undefined;
  /** What became of the message. `unknown`: the API sent another id, see {@link statusId}. */
  readonly status: "success" | "error" | "waiting" | "unknown" | undefined;
  /** The status as the API sent it: `1` success, `2` error, `3` waiting, or an id that is not known yet. */
  readonly statusId: string | undefined;
  /** The API's words on what went wrong, if anything did. They may quote phone numbers. */
  readonly errorMessage: string | undefined;
  /** When the message was processed, to the second. The API's UTC time is read as UTC, whatever the local zone is. */
  readonly processedDate: Date | undefined;
  /** The id of the transaction. An id above 2^53-1 is an error of kind `format`. */
  readonly transactionId: number | undefined;
  /** The stored text of the message. */
  readonly text: string | undefined;
}

/** What the rows of a page add up to. */
export interface SmsHistoryTotals {
  /** How many rows. */
  readonly count: number;
  /** The sum of `fragments`. */
  readonly fragments: number;
  /** The exact sum of `cost`, as a decimal such as `"12.0345"`: adding up numbers would drift. */
  readonly cost: string;
}

/** The messages of a time bucket. */
export interface BucketTotals extends SmsHistoryTotals {
  /** Its local time: `2026-03-08T01`, `2026-03-08` or `2026-03`; `undefined`: the messages without a date. */
  readonly label: string | undefined;
  /** When it begins. It tells apart the two hours of one label where the clock was set back. */
  readonly start: Date | undefined;
}

/** The messages of a direction. */
export interface DirectionTotals extends SmsHistoryTotals {
  readonly direction: SmsMessage["direction"];
  /** The API's word where the direction is `unknown`; `undefined` stands for all beyond a hundred such words. */
  readonly raw: string | undefined;
}

/** The messages of a status. */
export interface StatusTotals extends SmsHistoryTotals {
  readonly status: SmsMessage["status"];
  /** The API's id where the status is `unknown`; `undefined` stands for all beyond a hundred such ids. */
  readonly raw: string | undefined;
}

/** A phone number, a sender or an error message, and its messages. */
export interface TopEntry {
  /** The number or the message, or the first 512 bytes of it. */
  readonly value: string;
  /** How many messages it has, or up to {@link countError} more than that. */
  readonly count: number;
  /** By how much `count` may be too high; 0 in a list that is exact. */
  readonly countError: number;
  /** The fragments of the messages that are known for certain (`count - countError`). */
  readonly fragments: number;
  /** Their exact cost. */
  readonly cost: string;
}

/** The numbers or error messages with the most messages, the most first. */
export interface TopList {
  /** Whether every figure is exact and no entry is missing: while there are no more than 8,192 different ones. */
  readonly exact: boolean;
  readonly entries: readonly TopEntry[];
}

/** What a history adds up to. Buckets, directions and statuses each divide all of it. A plain object. */
export interface SmsHistorySummary {
  readonly totals: SmsHistoryTotals;
  readonly bucket: "hour" | "day" | "month";
  /** In the order of time; last the messages without a date. Empty buckets are left out. */
  readonly buckets: readonly BucketTotals[];
  readonly directions: readonly DirectionTotals[];
  readonly statuses: readonly StatusTotals[];
  readonly sourceNumbers: TopList;
  readonly destinationNumbers: TopList;
  readonly errorMessages: TopList;
}

/** Columns of numbers. `processedDate` is in milliseconds since 1970, UTC. */
export type NumberColumn = "messageId" | "fragments" | "cost" | "processedDate" | "transactionId";

/** Columns of words and texts. */
export type TextColumn = Exclude<keyof SmsMessage, NumberColumn>;

/**
 * One page of the history: rows made on demand over columns that are already read and checked.
 *
 * A page belongs to JavaScript alone: there is nothing to free. To store it or to post it to another thread, take
 * {@link toArray} or {@link toJSON}: `structuredClone` of the page itself would copy only its counts.
 */
export declare class SmsHistoryPage implements Iterable<SmsMessage> {
  private constructor();
  /** How many rows the page has. */
  readonly length: number;
  /** How many messages match the query in all, whatever `count` and `offset` are; `undefined` when the API did not say. */
  readonly totalCount: number | undefined;
  /**
   * Where a whole history goes on after this page, for {@link HistoryOptions.cursor}; a text without anything personal.
   * `undefined` on a page of a single call, and where rows moved while they were read.
   */
  readonly cursor: string | undefined;
  /** What the rows of this page add up to. */
  readonly totals: SmsHistoryTotals;
  /** The row at an index; a negative index counts from the end. `undefined` where there is none. */
  at(index: number): SmsMessage | undefined;
  /** The rows in the order of the reply, each made when it is asked for. */
  [Symbol.iterator](): Generator<SmsMessage, void, undefined>;
  /** All rows in the order of the reply. */
  toArray(): SmsMessage[];
  /** A whole column as a new typed array, ready for a chart. `NaN`: the row has no such value. */
  column(name: NumberColumn): Float64Array<ArrayBuffer>;
  /** A whole column of words or texts. Throws an {@link SmsHistoryError} of kind `invalid_options` for an unknown name. */
  column<Name extends TextColumn>(name: Name): SmsMessage[Name][];
  /** What `JSON.stringify()` and `Response.json()` write: the counts and all rows. */
  toJSON(): { totalCount: number | undefined; totals: SmsHistoryTotals; messages: SmsMessage[] };
}

/**
 * A CSV or XLS file, byte for byte as the API sends it. It is there as soon as it begins to arrive. It can be read more than
 * once: the bytes, of at most 1,000 messages, are kept.
 *
 * An attempt that breaks off is repeated, and goes on where the first one ended. When that fails, or the repeated file
 * differs, what reads the file fails: with an {@link SmsHistoryError}, or with the reason of an aborted signal.
 */
export declare class SmsHistoryFile {
  private constructor();
  /** The name that the API gives the file, without any folder; `undefined` when it gives none. */
  readonly name: string | undefined;
  /** The reply's `Content-Type`, by default `application/octet-stream`. */
  readonly type: string;
  /**
   * The bytes as a new stream, which brings them as they arrive, for `new Response(file.body)`. When one of a file that still
   * arrives is cancelled, and nobody else has begun to read the file, its request ends.
   */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** A copy of all bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
  /** A copy of all bytes. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes read as UTF-8, which suits a CSV file. */
  text(): Promise<string>;
  /** The file as a `Blob`, for `URL.createObjectURL()`. */
  blob(): Promise<Blob>;
}

/**
 * What went wrong:
 * - `invalid_query`: a query parameter is outside its limits; nothing was sent.
 * - `invalid_options`: an option of the client or of a call is wrong; nothing was sent.
 * - `credentials`: a service account's credentials can't be used; nothing was sent.
 * - `token`: there is no usable token, for example because the callback failed.
 * - `network`: no reply, or not a whole one; also when `fetch` itself fails.
 * - `timeout`: no reply within the time allowed.
 * - `http`: a reply whose status says failure, without an API error in its body; also a redirect, which is never followed.
 * - `api`: the API's own error; `code` has its number.
 * - `rate_limited`: the API, or the HTTP status 429, asks to slow down.
 * - `format`: the reply is not what the API's specification says (HTML, truncated, not UTF-8, a field of a wrong type).
 * - `incomplete`: a history with rows missing.
 * - `internal`: the WebAssembly part could not be loaded, or has a defect.
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
 * The error of every call. Neither its message nor what consoles, `JSON.stringify()` and `stack` show of it holds a token,
 * a key, a phone number or a message text.
 */
export declare class SmsHistoryError extends Error {
  private constructor();
  readonly name: "SmsHistoryError";
  /** What went wrong, as a closed set. */
  readonly kind: SmsHistoryErrorKind;
  /** The API's own error number, when the API answered with an error. */
  readonly code: number | undefined;
  /** The HTTP status, when there was a reply. Browsers report a redirect as 0. */
  readonly httpStatus: number | undefined;
  /** Whether the same call may succeed when it is made again. */
  readonly retryable: boolean;
  /** How long the server asks to wait before the next request, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /**
   * The very value that a lower layer threw (`fetch`, your token callback), if any. It is not printed with the error,
   * because it may quote the URL or the headers: mind that before you log it. The modules of Node, Deno and Bun that print
   * errors, and hand them on from threads, read `undefined`.
   */
  get cause(): unknown;
  /** Everything but `stack` and `cause`. */
  toJSON(): {
    name: string;
    message: string;
    kind: SmsHistoryErrorKind;
    code: number | undefined;
    httpStatus: number | undefined;
    retryable: boolean;
    retryAfterMs: number | undefined;
  };
}
