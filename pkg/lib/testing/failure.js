import { errors } from "./api.js";
import { badValue, checkNames } from "./values.js";

/** @typedef {import("../../testing.js").FakeFailure} FakeFailure */

/** @type {Record<string, import("./fake-message.js").Check>} */
const FIELDS = {
  code: ["an integer", Number.isInteger],
  msg: ["a string", (value) => typeof value === "string"],
  httpStatus: [
    "an integer from 200 to 599, but not 204, 205 or 304",
    // A `Response` has no other status, and with these three no body.
    (value) => Number.isInteger(value) && value >= 200 && value < 600 && ![204, 205, 304].includes(value),
  ],
  retryAfterSeconds: ["a number of 0 or more", (value) => typeof value === "number" && value >= 0],
};
const WORDS = ["network", "timeout", "truncated"];

/**
 * Validates the option `failures`. Keys that no request has would be silently without effect.
 * @param {unknown} failures
 */
export function checkFailures(failures) {
  if (typeof failures === "function") return;
  const expected = "an object such as { 1: { code: 340 } }, or a function";
  if (typeof failures !== "object" || failures === null || Array.isArray(failures))
    throw badValue("failures", expected, failures, "the keys are the numbers of the requests, from 1");
  for (const [number, failure] of Object.entries(failures)) {
    if (!/^[1-9]\d*$/.test(number))
      throw new TypeError(
        `failures: expected ${expected}, got a key that is no number from 1; the first request has the number 1`,
      );
    checkFailure(failure);
  }
}

/**
 * @param {unknown} failure
 * @returns {FakeFailure | undefined}
 */
export function checkFailure(failure) {
  const isFailure =
    failure === undefined ||
    (typeof failure === "object" && failure !== null && !Array.isArray(failure)) ||
    WORDS.includes(String(failure));
  if (!isFailure)
    throw badValue(
      "failures",
      `an object such as { code: 340 }, or ${WORDS.join(", ")}`,
      failure,
      "see FakeFailure",
    );
  if (typeof failure === "object" && failure) {
    checkNames("failures", "field", failure, Object.keys(FIELDS));
    for (const [field, value] of Object.entries(failure)) {
      const [expected, isValid] = /** @type {import("./fake-message.js").Check} */ (FIELDS[field]);
      if (value !== undefined && !isValid(value))
        throw badValue(`failures: ${field}`, expected, value, "leave it out for the default");
    }
  }
  return /** @type {FakeFailure | undefined} */ (failure);
}

/**
 * The response of a request that fails with one.
 * @param {Exclude<FakeFailure, string>} failure
 */
export function failedResponse({ code, msg = "a fake error of the API", httpStatus, retryAfterSeconds }) {
  const body = code === undefined ? "" : errors({ code, msg }).body;
  const status = httpStatus ?? (code === undefined ? 503 : 200);
  /** @type {{ [name: string]: string }} */
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return { body, status, headers };
}
