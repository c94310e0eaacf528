import { copy } from "./call.js";

/** A limit on requests that clients may share. See index.d.ts. */
export class RateLimiter {
  #options;
  /** @type {WeakMap<import("./instance.js").Live, import("./instance.js").WasmLimiter>} */
  #limiters = new WeakMap();

  /** @param {import("../index.js").RateLimiterOptions} options */
  constructor(options) {
    this.#options = copy(options);
  }

  /**
   * The limiter within one instance of the WebAssembly code.
   * @param {import("./instance.js").Live} live
   */
  within(live) {
    const limiter = this.#limiters.get(live) ?? new live.classes.RateLimiter(this.#options);
    this.#limiters.set(live, limiter);
    return limiter;
  }
}
