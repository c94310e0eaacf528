import { errors } from "./api.js";
import { badValue } from "./values.js";

/** @typedef {import("../../testing.js").FakeFailure} FakeFailure */

const WORDS = ["network", "timeout", "truncated"];

/**
 * @param {unknown} failure
 * @returns {FakeFailure | undefined}
 */
export function checkFailure(failure) {
  const isFailure =
    failure === undefined ||
    (typeof failure === "object" && failure !== null) ||
    WORDS.includes(String(failure));
  if (!isFailure)
    throw badValue(
      "failures",
      `an object such as { code: 340 }, or ${WORDS.join(", ")}`,
      failure,
      "see FakeFailure",
    );
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
