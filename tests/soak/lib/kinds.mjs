// Every kind of fault that the sandbox can produce, in the form in which its command line takes them.

/** The API's codes of errors that pass. The latter say "slow down". */
const TRANSIENT_CODES = [1, 2, 4, 162, 314, 340, 416];
const isSlowDown = (code) => code >= 162;

const transient = TRANSIENT_CODES.flatMap((code) =>
  [200, 400].map((status) => ({
    name: `api-error ${code} at ${status}`,
    spec: `api-error:code=${code},status=${status}`,
    slow: isSlowDown(code),
  })),
);

/**
 * - `always`: what comes of the kind when it strikes every request: nothing that matters (`exact`), a typed error
 *   (`error`, unless told otherwise), or either.
 * - `slow`: each strike makes the client pause for a second or so, as it should.
 * - `fifth`: how a fifth of the requests is struck, where not by lot.
 * - `state`: something that is so or not, for all requests; a fifth of them then fails by HTTP 500.
 * - `totalIsWrong`: what a page tells as `totalCount` is as wrong as what it was told.
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} spec
 * @property {"exact" | "error" | "either"} [always]
 * @property {boolean} [slow]
 * @property {{ part: string, concurrency: number }} [fifth]
 * @property {boolean} [state]
 * @property {boolean} [totalIsWrong]
 * @property {number} [attemptTimeoutMs]
 */

/** @type {Kind[]} */
export const KINDS = [
  { name: "429", spec: "429", slow: true },
  { name: "429 with Retry-After", spec: "429:retry-after=1", slow: true },
  { name: "429 with Retry-After as a date", spec: "429:retry-after-date=1", slow: true },
  { name: "500", spec: "500" },
  { name: "502", spec: "502" },
  { name: "503 with Retry-After and no body", spec: "503:retry-after=1,body=empty", slow: true },
  { name: "408", spec: "408" },
  ...transient,
  { name: "html", spec: "html" },
  { name: "truncate, whole length announced", spec: "truncate:at=random,length=full" },
  { name: "truncate, cut length announced", spec: "truncate:at=random,length=cut" },
  { name: "reset instead of the reply", spec: "reset" },
  { name: "reset within the reply", spec: "reset:at=random" },
  { name: "hang instead of the reply", spec: "hang", attemptTimeoutMs: 400 },
  { name: "hang within the reply", spec: "hang:at=random", attemptTimeoutMs: 400 },
  { name: "drip", spec: "drip:bytes=2048,interval-ms=5", always: "exact" },
  { name: "latency", spec: "latency:mean-ms=50,cap-ms=2000", always: "exact" },
  { name: "total_count too high", spec: "total-count:by=3", always: "either", totalIsWrong: true },
  { name: "total_count too low", spec: "total-count:by=-3", always: "either", totalIsWrong: true },
  { name: "total_count absent", spec: "total-count:absent" },
  { name: "duplicate", spec: "duplicate:rows=2", always: "either" },
  { name: "drop-row", spec: "drop-row" },
  // A refused token is renewed once for a request. By so many at once no request is struck twice in a row.
  { name: "token-expired", spec: "token-expired", fifth: { part: "every=5", concurrency: 2 } },
  { name: "clock fast", spec: "clock:skew=7200", always: "exact", state: true },
  { name: "clock slow", spec: "clock:skew=-7200", always: "exact", state: true },
];
