import type { SmsHistoryError, SmsHistoryErrorKind } from "./index.js";

/**
 * A message in the API's format, a row of a response. The API may omit every field, or send it as null. The client ignores
 * unknown fields.
 */
export interface ApiMessage {
  /** A positive integer. */
  readonly message_id?: number | null | undefined;
  /** What some responses call the `message_id`. */
  readonly sms_id?: number | null | undefined;
  /** A phone number without `+`, as a string or as an integer, or an alphanumeric sender id. */
  readonly source_number?: string | number | null | undefined;
  /** In the same forms. */
  readonly destination_number?: string | number | null | undefined;
  /** `IN` or `OUT`, in either case. */
  readonly direction?: string | null | undefined;
  readonly fragments?: number | null | undefined;
  /** A decimal, in the account's currency. */
  readonly cost?: number | string | null | undefined;
  /** `1` success, `2` error, `3` waiting. */
  readonly status_id?: string | null | undefined;
  /** The reason of an error. The vendor's examples end with `Code = N`. */
  readonly error_message?: string | null | undefined;
  /** UTC, `yyyy-MM-dd HH:mm:ss`. */
  readonly processed_date?: string | null | undefined;
  readonly transaction_id?: number | null | undefined;
  readonly text?: string | null | undefined;
}

/**
 * How a request fails:
 * - an object: the response has the API's error `code` with its text `msg`, or no body if there is no `code`. The default
 *   `httpStatus` is 200 with a `code`, otherwise 503. `retryAfterSeconds` becomes the header `Retry-After`.
 * - `network`: `fetch` rejects, as it does without a connection.
 * - `timeout`: there is no response until the request is aborted.
 * - `truncated`: the response has only the first half of its body.
 */
export type FakeFailure =
  | {
      readonly code?: number | undefined;
      readonly msg?: string | undefined;
      readonly httpStatus?: number | undefined;
      readonly retryAfterSeconds?: number | undefined;
    }
  | "network"
  | "timeout"
  | "truncated";

/** Options of {@link fakeHistory}. */
export interface FakeHistoryOptions {
  /**
   * The order of the rows: that of the array, or by `message_id`. The API documents no order.
   * @default "given"
   */
  readonly order?: "given" | "newestFirst" | "oldestFirst" | undefined;
  /**
   * The maximum number of rows in a response, also if a request asks for more.
   * @default no limit, but that of `count`: 1000
   */
  readonly maxPageRows?: number | undefined;
  /**
   * The time before each response, in milliseconds. With 0, no timer is used, so fake timers need not be advanced.
   * @default 0
   */
  readonly latencyMs?: number | undefined;
  /**
   * The number of requests that may start in a second. Further ones get the API's error 340 with HTTP status 429.
   * @default no limit
   */
  readonly requestsPerSecond?: number | undefined;
  /**
   * The number of requests that may be in flight. Further ones get the API's error 314.
   * @default no limit
   */
  readonly maxInFlight?: number | undefined;
  /**
   * The requests that fail, by their number, which counts from 1. Each attempt of a client is a request. A function gets the
   * number.
   * @default none
   *
   * @example
   * fakeHistory(messages, { failures: { 1: { httpStatus: 503 }, 2: "network" } });
   * fakeHistory(messages, { failures: (number) => (number > 3 ? { code: 104 } : undefined) });
   */
  readonly failures?:
    | { readonly [number: number]: FakeFailure; readonly length?: never }
    | ((number: number) => FakeFailure | undefined)
    | undefined;
}

/** The `fetch` of a fake history. */
export interface FakeFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** The parameters of each request so far, by the API's names. */
  readonly queries: readonly { readonly [name: string]: string }[];
}

/**
 * Creates a `fetch` that responds as the API does, for the option `fetch` of a client. It also serves clients with the option
 * `relay`.
 *
 * - It filters by numbers, direction and time, and counts. It returns JSON and CSV. The output `xls` is the API's error 105.
 * - A message without a `processed_date` counts as older than all others, so a request with `from_date` does not return it.
 *   The API does not document how it treats such messages.
 * - Invalid parameters, a request without a token, another method and another command are the API's errors: 101, 105, 111, 121,
 *   123 and 470; 100; 101; 103. Every token is accepted.
 * - It reads the array at each request, so a test may add messages.
 *
 * Throws a `TypeError` for messages with names in camelCase, such as those of `SmsMessage`, and for invalid options. All other
 * fields and values of messages are accepted.
 *
 * @example
 * const fetch = fakeHistory([fakeMessage({ direction: "IN" }), fakeMessage()]);
 * const client = new SmsHistoryClient({ token: "test", fetch });
 */
export declare function fakeHistory(messages: readonly ApiMessage[], options?: FakeHistoryOptions): FakeFetch;

/**
 * Creates a message in the API's format: sent, delivered, of one fragment. Each has an id larger than those before, and is a
 * minute later, from 2025-01-01 on.
 *
 * Throws a `TypeError` for names that are not the API's, such as `status` instead of `status_id`. The same for an id, number,
 * direction, cost or date that the API does not write. To add a field that the API does not document, or another value, spread
 * the message: `{ ...fakeMessage(), new_field: 1 }`.
 */
export declare function fakeMessage(overrides?: ApiMessage): ApiMessage;

/** The fields of an error that a test may set. */
export type FakeErrorFields = {
  readonly [Field in Exclude<
    keyof SmsHistoryError,
    "name" | "kind" | "stack" | "toJSON"
  >]?: SmsHistoryError[Field];
};

/**
 * Creates an error as the client throws it. `instanceof SmsHistoryError` is true. The fields have the values that errors of this
 * kind usually have.
 *
 * Throws a `TypeError` for an unknown kind or field.
 */
export declare function fakeError(kind: SmsHistoryErrorKind, overrides?: FakeErrorFields): SmsHistoryError;
