import { hideCause } from "./cause.js";

/**
 * @typedef {import("../index.js").SmsHistoryErrorKind} Kind
 *
 * @typedef {object} Parts
 * @property {Kind} kind
 * @property {string} message
 * @property {number | undefined} [code]
 * @property {number | undefined} [httpStatus]
 * @property {boolean | undefined} [retryable]
 * @property {number | undefined} [retryAfterMs]
 * @property {unknown} [cause]
 */

/** The error of every call, from both builds. See index.d.ts. */
export class SmsHistoryError extends Error {
  /** @param {Parts} parts */
  constructor(parts) {
    super(parts.message);
    /** @readonly */
    this.kind = parts.kind;
    /** @readonly */
    this.code = parts.code;
    /** @readonly */
    this.httpStatus = parts.httpStatus;
    /** @readonly */
    this.retryable = parts.retryable ?? false;
    /** @readonly */
    this.retryAfterMs = parts.retryAfterMs;
    hideCause(this, parts.cause);
  }

  toJSON() {
    const { name, message, kind, code, httpStatus, retryable, retryAfterMs } = this;
    return { name, message, kind, code, httpStatus, retryable, retryAfterMs };
  }

  // Node, Deno, Bun and workerd look for this. For an uncaught error Node does not.
  [Symbol.for("nodejs.util.inspect.custom")]() {
    const { kind, code, httpStatus, retryable, retryAfterMs } = this;
    const facts = Object.entries({ kind, code, httpStatus, retryable, retryAfterMs })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${typeof value === "string" ? `'${value}'` : value}`);
    return `${this.stack ?? this} { ${facts.join(", ")} }`;
  }
}

Object.defineProperty(SmsHistoryError.prototype, "name", {
  value: "SmsHistoryError",
  configurable: true,
  writable: true,
});

/**
 * What a call throws, made of what the WebAssembly side rejected with.
 * @param {unknown} thrown
 * @returns {unknown}
 */
export function toThrow(thrown) {
  if (thrown instanceof SmsHistoryError) return thrown;
  if (isParts(thrown)) return new SmsHistoryError(thrown);
  // An abort carries the signal's own reason, which may be anything.
  if (isAbort(thrown)) return thrown.reason;
  return new SmsHistoryError({
    kind: "internal",
    message: "the WebAssembly code stopped unexpectedly; this is a defect of voximplant-sms-history",
    cause: thrown,
  });
}

/**
 * @param {unknown} thrown
 * @returns {thrown is Parts}
 */
function isParts(thrown) {
  return typeof thrown === "object" && thrown !== null && "kind" in thrown && "message" in thrown;
}

/**
 * @param {unknown} thrown
 * @returns {thrown is { aborted: true, reason: unknown }}
 */
function isAbort(thrown) {
  return typeof thrown === "object" && thrown !== null && "aborted" in thrown && "reason" in thrown;
}
