/**
 * The option `signal`, if it is one. What else the options may be is told when they are used.
 * @param {() => unknown} options
 * @returns {AbortSignal | undefined}
 */
export function signalOf(options) {
  try {
    const { signal } = /** @type {{ signal?: any }} */ (Object(options()));
    const isSignal = typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function";
    return isSignal ? signal : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Waits for something, but no longer than until a signal fires. Then it fails as the WebAssembly code does, by which
 * `toThrow` knows that the signal's own reason is to be thrown.
 * @template T
 * @param {Promise<T>} pending
 * @param {(AbortSignal | undefined)[]} signals
 * @returns {Promise<T>}
 */
export function unlessAborted(pending, signals) {
  const given = signals.filter((signal) => signal !== undefined);
  return new Promise((resolve, reject) => {
    const leave = () => {
      const fired = given.find(({ aborted }) => aborted);
      if (fired) reject({ aborted: true, reason: fired.reason });
    };
    for (const signal of given) signal.addEventListener("abort", leave);
    leave();
    const end = () => {
      for (const signal of given) signal.removeEventListener("abort", leave);
    };
    pending.finally(end).then(resolve, reject);
  });
}
