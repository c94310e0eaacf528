import { toThrow } from "./error.js";

/**
 * A whole history as an async iterator. It begins with the first `next()`; calls wait for one another.
 * @template T
 * @implements {AsyncIterableIterator<T, undefined>}
 */
export class HistoryIterator {
  #open;
  #make;
  /** @type {{ live: import("./instance.js").Live, history: import("./instance.js").WasmHistory } | undefined} */
  #reading;
  #isOver = false;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {() => Promise<{ live: import("./instance.js").Live, history: import("./instance.js").WasmHistory }>} open
   * @param {(parts: any) => T} make
   */
  constructor(open, make) {
    this.#open = open;
    this.#make = make;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  next() {
    const result = this.#last.then(() => this.#step());
    this.#last = result.catch(() => {});
    return result;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    this.#end();
    return { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async #step() {
    try {
      if (!this.#isOver) this.#reading ??= await this.#open();
      // `return()` may have been called meanwhile.
      if (this.#isOver || !this.#reading) return this.return();
      const { live, history } = this.#reading;
      const parts = await live.run(() => history.next());
      if (parts === undefined) return this.return();
      return { done: false, value: this.#make(parts) };
    } catch (thrown) {
      this.#end();
      throw toThrow(thrown);
    }
  }

  #end() {
    this.#isOver = true;
    this.#reading?.history.end();
    this.#reading = undefined;
  }
}
