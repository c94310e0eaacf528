import { SmsHistoryError } from "../error.js";
import { badValue, checkNames } from "./values.js";

/** The fields that errors of each kind usually have. Errors without an entry have a message alone. */
const DEFAULTS = {
  invalid_query: {},
  invalid_options: {},
  credentials: {},
  token: {},
  network: { retryable: true },
  timeout: { retryable: true },
  http: { httpStatus: 503, retryable: true },
  api: { code: 104, httpStatus: 200 },
  rate_limited: { httpStatus: 429, retryable: true, retryAfterMs: 1000 },
  format: { httpStatus: 200 },
  incomplete: { retryable: true, staleCursor: false },
  internal: {},
};

/** The fields that a test may set. */
const FIELDS = ["message", "code", "httpStatus", "retryable", "retryAfterMs", "staleCursor", "cause"];

/**
 * @param {import("../../index.js").SmsHistoryErrorKind} kind
 * @param {import("../../testing.js").FakeErrorFields} [overrides]
 */
export function fakeError(kind, overrides = {}) {
  if (!Object.hasOwn(DEFAULTS, kind))
    throw badValue(
      "kind",
      `one of ${Object.keys(DEFAULTS).join(", ")}`,
      kind,
      "pass a kind of SmsHistoryError",
    );
  checkNames("overrides", "field", overrides, FIELDS);
  return new SmsHistoryError({
    kind,
    message: `a fake error of kind ${kind}`,
    ...DEFAULTS[kind],
    .../** @type {object} */ (overrides),
  });
}
