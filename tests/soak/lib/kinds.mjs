// The kinds of fault that `soak faults` injects, as the sandbox's command line takes them.

/** Codes of temporary errors. The client pauses after those from 162 on, which ask to slow down. */
const TRANSIENT_CODES = [1, 2, 4, 162, 314, 340, 416];
const asksToSlowDown = (code) => code >= 162;

/** Responses that fail. The client repeats the request. */
const FAILURES = [
  { name: "429", spec: "429", slow: true },
  { name: "429 with Retry-After", spec: "429:retry-after=1", slow: true },
  ...["imf", "rfc850", "asctime"].map((form) => ({
    name: `429 with Retry-After as a date, ${form}`,
    spec: `429:retry-after-date=1,date-form=${form}`,
    slow: true,
  })),
  { name: "500", spec: "500" },
  { name: "502", spec: "502" },
  { name: "503 with Retry-After and no body", spec: "503:retry-after=1,body=empty", slow: true },
  { name: "408", spec: "408" },
  ...TRANSIENT_CODES.flatMap((code) =>
    [200, 400].map((status) => ({
      name: `api-error ${code} at ${status}`,
      spec: `api-error:code=${code},status=${status}`,
      slow: asksToSlowDown(code),
    })),
  ),
  { name: "api-error 1 as a decimal", spec: "api-error:code=1,body=decimal" },
  { name: "api-error 1 that quotes the token", spec: "api-error:code=1,body=token" },
  { name: "api-error as a text at 503", spec: "api-error:body=text,status=503" },
  { name: "html", spec: "html" },
  { name: "truncate, Content-Length of the whole", spec: "truncate:at=random,length=full" },
  { name: "truncate, Content-Length of the sent part", spec: "truncate:at=random,length=cut" },
  { name: "reset instead of the response", spec: "reset" },
  { name: "reset within the response", spec: "reset:at=random" },
  { name: "hang instead of the response", spec: "hang", attemptTimeoutMs: 400 },
  { name: "hang within the response", spec: "hang:at=random", attemptTimeoutMs: 400 },
  // The client renews a refused token once per request. With two in flight, no request meets the fault twice in a row.
  { name: "token-expired", spec: "token-expired", fifth: { fields: "every=5", concurrency: 2 } },
];

/** Errors that the client does not repeat. Each ends a call at once. */
const FINAL_ERRORS = [
  { name: "api-error 104 as a decimal", spec: "api-error:code=104,body=decimal", words: ["104"] },
  {
    name: "api-error that names a parameter",
    spec: "api-error:code=999,body=parameter",
    words: ["from_date"],
  },
  { name: "api-error that quotes the token", spec: "api-error:code=999,body=token" },
  { name: "api-error as a text", spec: "api-error:body=text", words: ["maintenance"] },
  {
    name: "api-error beside an empty page",
    spec: "api-error:body=empty-page",
    words: ["Service is in maintenance"],
  },
  { name: "api-error with a code of letters", spec: "api-error:body=letters", words: ["ACCESS_DENIED"] },
].map((kind) => ({ ...kind, alwaysOnly: true }));

/** Pages that contradict each other. The client reads again, and reports a history that stays incomplete. */
const CONTRADICTIONS = [
  { name: "total_count too high", spec: "total-count:by=3", always: "either", totalIsWrong: true },
  { name: "total_count too low", spec: "total-count:by=-3", always: "either", totalIsWrong: true },
  { name: "total_count with a maximum", spec: "total-count:cap=1000", always: "either", totalIsWrong: true },
  { name: "total_count absent", spec: "total-count:absent" },
  { name: "duplicate", spec: "duplicate:rows=2", always: "either" },
  { name: "drop-row", spec: "drop-row" },
  { name: "result null", spec: "result-null", alwaysOnly: true },
  { name: "rows with transaction_id only", spec: "row-id:field=transaction_id", always: "either" },
  { name: "rows without ids", spec: "row-id:field=none", always: "either" },
  { name: "rows of a page with one message_id", spec: "row-id:field=shared" },
].map((kind) => (kind.spec.startsWith("row-id") ? { ...kind, alwaysOnly: true, hasNoIds: true } : kind));

const NUMBER_FIELDS = ["message_id", "fragments", "cost", "status_id", "transaction_id", "total_count"];

/** Complete responses in an unusual form, or with a delay. The client reads them. */
const READABLE = [
  { name: "drip", spec: "drip:bytes=2048,interval-ms=5" },
  { name: "latency", spec: "latency:mean-ms=50,cap-ms=2000" },
  { name: "page cap", spec: "page-cap:rows=70" },
  { name: "sms_id", spec: "row-id:field=sms_id" },
  { name: "message_id beside sms_id", spec: "row-id:field=both" },
  ...["zero", "t", "z", "iso", "fraction", "iso-fraction"].map((form) => ({
    name: `date ${form}`,
    spec: `date:form=${form}`,
  })),
  ...NUMBER_FIELDS.flatMap((field) =>
    ["decimal", "decimal-string", "string"].map((form) => ({
      name: `${field} as ${form}`,
      spec: `value:field=${field},form=${form}`,
    })),
  ),
  { name: "transaction_id empty", spec: "value:field=transaction_id,form=empty" },
  { name: "cost as PHP writes it", spec: "value:field=cost,form=php", hasBinaryCosts: true },
  { name: "texts with cut UTF-8", spec: "cut-utf8:rows=3" },
].map((kind) => ({ ...kind, always: "exact" }));

/** Properties of the server. They apply to all requests, and a fifth of these fails by HTTP 500. */
const STATES = [
  { name: "clock fast", spec: "clock:skew=7200" },
  { name: "clock slow", spec: "clock:skew=-7200" },
  { name: "no Date", spec: "no-date" },
].map((kind) => ({ ...kind, always: "exact", state: true }));

/**
 * - `always`: the outcome if all requests have the fault: an exact history, a typed error (default), or either.
 * - `alwaysOnly`: the fault makes sense only for all requests.
 * - `slow`: the client pauses about a second after each fault.
 * - `fifth`: the fields that select a fifth of the requests, if not at random.
 * - `state`: the fault is a property of the server.
 * - `words`: parts of the error's message.
 * - `hasNoIds`: the rows have no `messageId` to compare.
 * - `hasBinaryCosts`: costs have the digits of binary numbers, so sums differ by less than a millionth.
 * - `totalIsWrong`: `totalCount` is as wrong as the response.
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} spec
 * @property {"exact" | "error" | "either"} [always]
 * @property {boolean} [alwaysOnly]
 * @property {boolean} [slow]
 * @property {{ fields: string, concurrency: number }} [fifth]
 * @property {boolean} [state]
 * @property {string[]} [words]
 * @property {boolean} [hasNoIds]
 * @property {boolean} [hasBinaryCosts]
 * @property {boolean} [totalIsWrong]
 * @property {number} [attemptTimeoutMs]
 */

/** @type {Kind[]} */
export const KINDS = [...FAILURES, ...FINAL_ERRORS, ...CONTRADICTIONS, ...READABLE, ...STATES];

/** Adds fields to a fault. */
export const withFields = (spec, fields) => `${spec}${spec.includes(":") ? "," : ":"}${fields}`;

/** The names of files by the form of `Content-Disposition`. */
export const FILE_NAMES = {
  extended: "sms.csv",
  encoded: "\u20ac sms.csv",
  both: "sms.csv",
  semicolon: "a;b.csv",
  absent: undefined,
};
