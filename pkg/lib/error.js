/**
 * @typedef {object} ErrorParts
 * @property {import("../index.js").SmsHistoryErrorKind} kind
 * @property {string} message
 * @property {number | undefined} [code]
 * @property {number | undefined} [httpStatus]
 * @property {boolean | undefined} [retryable]
 * @property {number | undefined} [retryAfterMs]
 * @property {boolean | undefined} [staleCursor]
 * @property {unknown} [cause]
 */

/**
 * Marks the errors of every copy of this package: one by `import`, one by `require()`, one in a bundle. The symbol is
 * registered, and it is on the prototype, so that copies of an error's fields are not marked.
 */
const BRAND = Symbol.for("voximplant-sms-history.SmsHistoryError");

/** The error of every call. See index.d.ts. */
export class SmsHistoryError extends Error {
  /** @param {ErrorParts} parts */
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
    /** @readonly */
    this.staleCursor = parts.staleCursor;
    hideCause(this, parts.cause);
  }

  toJSON() {
    const { name, message, kind, code, httpStatus, retryable, retryAfterMs, staleCursor } = this;
    return { name, message, kind, code, httpStatus, retryable, retryAfterMs, staleCursor };
  }

  // The consoles of Node, Deno, Bun and workerd call this. Node does not call it for an uncaught error.
  [Symbol.for("nodejs.util.inspect.custom")]() {
    const { kind, code, httpStatus, retryable, retryAfterMs, staleCursor } = this;
    const fields = Object.entries({ kind, code, httpStatus, retryable, retryAfterMs, staleCursor })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${typeof value === "string" ? `'${value}'` : value}`);
    return `${this.stack ?? this} { ${fields.join(", ")} }`;
  }
}

Object.defineProperties(SmsHistoryError.prototype, {
  name: { value: "SmsHistoryError", configurable: true, writable: true },
  [BRAND]: { value: true },
});
Object.defineProperty(SmsHistoryError, Symbol.hasInstance, { value: hasInstance });

/**
 * Replaces `instanceof`, which would accept the errors of this copy only. A class that a caller derives has its own instances.
 * @this {Function}
 * @param {unknown} value
 */
function hasInstance(value) {
  if (this !== SmsHistoryError) return Function.prototype[Symbol.hasInstance].call(this, value);
  return typeof value === "object" && value !== null && BRAND in value;
}

/**
 * Awaits a call into the WebAssembly and throws its failures as `SmsHistoryError`.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withTypedErrors(work) {
  try {
    return await work();
  } catch (thrown) {
    throw toPublicError(thrown);
  }
}

/**
 * Turns what the WebAssembly rejected with into what a call throws.
 * @param {unknown} thrown
 * @returns {unknown}
 */
export function toPublicError(thrown) {
  if (thrown instanceof SmsHistoryError) return thrown;
  if (isErrorParts(thrown)) return new SmsHistoryError(thrown);
  // An abort carries the signal's own reason, which may be any value.
  if (isAbort(thrown)) return thrown.reason;
  return new SmsHistoryError({
    kind: "internal",
    message:
      "WebAssembly: expected a typed error, got another exception; this is a defect of voximplant-sms-history",
    cause: thrown,
  });
}

/**
 * The error of a method that was called without its object, as in `const { getSmsHistory } = client; getSmsHistory()`. The
 * object may also be behind a Proxy, which has no private fields.
 * @param {string} owner the object, as an example names it
 * @param {string} method
 * @param {unknown} receiver
 * @param {Function} ownerClass
 */
export function lostReceiver(owner, method, receiver, ownerClass) {
  // The detached `mintToken` is mostly a token callback.
  const other = method === "mintToken" ? "pass the account itself as `token`" : "use bind()";
  const problem = isBehindProxy(receiver, ownerClass)
    ? `one behind a Proxy; pass the ${owner} itself (Vue's ref or reactive: use shallowRef or markRaw)`
    : `another value; the method lost its ${owner}, so call ${owner}.${method}() or ${other}`;
  return new SmsHistoryError({
    kind: "invalid_options",
    message: `${method}: expected its ${owner} as \`this\`, got ${problem}`,
  });
}

/**
 * @param {unknown} receiver
 * @param {Function} ownerClass
 */
function isBehindProxy(receiver, ownerClass) {
  try {
    return receiver instanceof ownerClass;
  } catch {
    // A revoked one.
    return true;
  }
}

/**
 * @param {unknown} thrown
 * @returns {thrown is ErrorParts}
 */
function isErrorParts(thrown) {
  return typeof thrown === "object" && thrown !== null && "kind" in thrown && "message" in thrown;
}

/**
 * @param {unknown} thrown
 * @returns {thrown is { aborted: true, reason: unknown }}
 */
function isAbort(thrown) {
  return typeof thrown === "object" && thrown !== null && "aborted" in thrown && "reason" in thrown;
}

/**
 * Gives an error a `cause` that consoles do not print. An exception of a caller's `fetch` may quote the URL with its phone
 * numbers, or the headers with the token.
 *
 * - Node prints a value, also an inherited one, but no accessor of the error itself. It reads an accessor when it passes the
 *   error on from a worker thread.
 * - Bun reads an accessor of the error itself, but nothing inherited.
 * - Deno reads every accessor.
 *
 * In Node and Deno the accessor therefore returns `undefined` to the runtime's own code.
 * @param {Error} error
 * @param {unknown} cause
 */
function hideCause(error, cause) {
  const { bun, node } = /** @type {Record<string, unknown>} */ (globalThis.process?.versions ?? {});
  const get = node ? () => (isCalledByRuntime() ? undefined : cause) : () => cause;
  Object.defineProperty(bun ? insertPrototype(error) : error, "cause", { get, configurable: true });
}

/**
 * Inserts an empty object between an error and its class.
 * @param {Error} error
 */
function insertPrototype(error) {
  const holder = Object.create(Object.getPrototypeOf(error));
  Object.setPrototypeOf(error, holder);
  return holder;
}

/**
 * Whether the runtime reads the accessor that calls this: one of its own modules, or native code. The stacks of Node, Bun
 * and Deno have one format. Node's assertions count as the program.
 */
function isCalledByRuntime() {
  const { stackTraceLimit } = Error;
  // Three frames: this function, the accessor, its reader. Where globals are frozen, the stack has more.
  Reflect.set(Error, "stackTraceLimit", 3);
  const { stack } = new Error();
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  if (typeof stack !== "string") return false;
  const reader = stack.split("\n")[3];
  return reader === undefined || /\b(?:node:internal\/|internal:|ext:(?!deno_node\/))/.test(reader);
}
