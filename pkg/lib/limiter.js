import { snapshot } from "./snapshot.js";

const LIMITS = /** @type {const} */ ({
  kind: "invalid_options",
  name: "limiter",
  wanted: "a RateLimiter, or an object with fields such as { requestsPerSecond }",
});

/**
 * The method by which a limiter gives what it is within one instance of the WebAssembly code. A registered symbol, so that
 * a client and a limiter from two copies of this package know each other: one by `import` and one by `require()`.
 */
const limiterWithin = Symbol.for("voximplant-sms-history.limiterWithin");

/** A limit on requests that clients may share. See index.d.ts. */
export class RateLimiter {
  #options;
  /** @type {WeakMap<object, unknown>} */
  #limiters = new WeakMap();

  /** @param {import("../index.js").RateLimiterOptions} options */
  constructor(options) {
    this.#options = snapshot(options, LIMITS);
  }

  /**
   * @param {object} instance
   * @param {(options: unknown) => unknown} make makes it, where the instance has none yet
   */
  [limiterWithin](instance, make) {
    const limiter = this.#limiters.get(instance) ?? make(this.#options());
    this.#limiters.set(instance, limiter);
    return limiter;
  }
}

/**
 * The option `limiter` within one instance of the WebAssembly code.
 * @param {unknown} limiter a limiter, or the options of one
 * @param {import("./instance.js").Live} live
 */
export function limiterOf(limiter, live) {
  const isLimiter = typeof limiter === "object" && limiter !== null && limiterWithin in limiter;
  const shared = /** @type {RateLimiter} */ (
    isLimiter ? limiter : new RateLimiter(/** @type {import("../index.js").RateLimiterOptions} */ (limiter))
  );
  /** @param {unknown} options */
  const make = (options) => new live.classes.RateLimiter(options);
  return /** @type {import("./instance.js").WasmLimiter} */ (shared[limiterWithin](live, make));
}
