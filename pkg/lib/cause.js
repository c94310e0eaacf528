/**
 * Gives an error its `cause`, in a form over which what prints errors passes: what a foreign `fetch` throws may quote the
 * URL (with its phone numbers) or the headers (with the token).
 *
 * Node prints a value, and even one inherited, but no accessor of the error's own. Bun reads that, but nothing inherited.
 * Deno reads whatever there is, and Node does when it hands an error on from a worker thread: so the accessor looks at who
 * asks.
 * @param {Error} error
 * @param {unknown} cause
 */
export function hideCause(error, cause) {
  const { bun, node } = /** @type {Record<string, unknown>} */ (globalThis.process?.versions ?? {});
  const get = node ? () => (isAskedByRuntime() ? undefined : cause) : () => cause;
  Object.defineProperty(bun ? between(error) : error, "cause", { get, configurable: true });
}

/**
 * An object between an error and its class.
 * @param {Error} error
 */
function between(error) {
  const holder = Object.create(Object.getPrototypeOf(error));
  Object.setPrototypeOf(error, holder);
  return holder;
}

/**
 * Whether the accessor that calls this was called by the runtime, by its own modules or from outside of JavaScript, and not
 * by a program: so it is in Node, Bun and Deno, whose stacks have one form. Assertions are a program's.
 */
function isAskedByRuntime() {
  const { stackTraceLimit } = Error;
  // This function, the accessor, and who reads it. Where nothing global can be changed, there are more.
  Reflect.set(Error, "stackTraceLimit", 3);
  const { stack } = new Error();
  Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  if (typeof stack !== "string") return false;
  const reader = stack.split("\n")[3];
  return reader === undefined || /\b(?:node:internal\/|internal:|ext:(?!deno_node\/))/.test(reader);
}
