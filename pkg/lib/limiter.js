import { snapshot } from "./arguments.js";
import { lostReceiver } from "./error.js";

const LIMITER = /** @type {const} */ ({
  kind: "invalid_options",
  name: "limiter",
  expected: "a RateLimiter, or an object with fields such as { requestsPerSecond }",
});

/**
 * The method that returns the limiter of one WebAssembly instance. The symbol is registered, because the client and the limiter
 * may come from two copies of this package: one by `import` and one by `require()`.
 */
const limiterWithin = Symbol.for("voximplant-sms-history.limiterWithin");

/** A limit on requests that clients may share. See index.d.ts. */
export class RateLimiter {
  #getOptions;
  /** @type {WeakMap<object, unknown>} */
  #limiters = new WeakMap();

  /** @param {import("../index.js").RateLimiterOptions} options */
  constructor(options) {
    this.#getOptions = snapshot(options, LIMITER);
  }

  get [Symbol.toStringTag]() {
    return "RateLimiter";
  }

  /**
   * @param {object} instance
   * @param {(options: unknown) => unknown} create creates the limiter if the instance has none yet
   */
  [limiterWithin](instance, create) {
    // Frameworks with reactive state pass proxies.
    if (!(#limiters in this)) throw lostReceiver("limiter", "limiter", this, RateLimiter);
    const limiter = this.#limiters.get(instance) ?? create(this.#getOptions());
    this.#limiters.set(instance, limiter);
    return limiter;
  }
}

/**
 * Returns the limiter that the option `limiter` stands for in one WebAssembly instance.
 * @param {unknown} limiter a limiter, or the options of one
 * @param {import("./wasm-instance.js").WasmInstance} instance
 */
export function limiterWithinInstance(limiter, instance) {
  const isLimiter = typeof limiter === "object" && limiter !== null && limiterWithin in limiter;
  const shared = /** @type {RateLimiter} */ (
    isLimiter ? limiter : new RateLimiter(/** @type {import("../index.js").RateLimiterOptions} */ (limiter))
  );
  /** @param {unknown} options */
  const create = (options) => new instance.classes.RateLimiter(options);
  return /** @type {import("./wasm-instance.js").WasmLimiter} */ (shared[limiterWithin](instance, create));
}
