import { toThrow } from "./error.js";

const nothing = () => {};

/** Calls of `next()` are served one after the other, in the order in which they came. */
class Queue {
  /** @type {Promise<unknown> | undefined} */
  #last;

  get isEmpty() {
    return this.#last === undefined;
  }

  /**
   * @template R
   * @param {() => Promise<R>} step
   * @returns {Promise<R>}
   */
  add(step) {
    const result = this.#last ? this.#last.then(step) : step();
    // Whoever waits for the result gets its failure; those behind it in the queue do not.
    const last = result.then(nothing, nothing);
    this.#last = last;
    last.then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return result;
  }
}

/**
 * A whole history as an async iterator. It begins with the first `next()`. `return()` ends it at once, also while a
 * `next()` is pending.
 * @template T
 * @implements {AsyncIterableIterator<T, undefined>}
 */
export class HistoryIterator {
  #open;
  #make;
  /** @type {{ live: import("./instance.js").Live, history: import("./instance.js").WasmHistory } | undefined} */
  #reading;
  /** Fires at the end, which ends the wait for the WebAssembly, too. */
  #over = new AbortController();
  #queue = new Queue();

  /**
   * @param {(over: AbortSignal) =>
   *   Promise<{ live: import("./instance.js").Live, history: import("./instance.js").WasmHistory }>} open
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
    return this.#queue.add(() => this.#step());
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    this.#end();
    return { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async #step() {
    try {
      if (!this.#isOver) this.#reading ??= await this.#open(this.#over.signal);
      // `return()` may have been called meanwhile.
      if (this.#isOver || !this.#reading) return this.return();
      const { live, history } = this.#reading;
      const parts = await live.run(() => history.next());
      if (parts === undefined) return this.return();
      return { done: false, value: this.#make(parts) };
    } catch (thrown) {
      // Nobody asks any more why it ended.
      if (this.#isOver) return this.return();
      this.#end();
      throw toThrow(thrown);
    }
  }

  get #isOver() {
    return this.#over.signal.aborted;
  }

  #end() {
    this.#over.abort("over");
    this.#reading?.history.end();
    this.#reading = undefined;
  }
}

/**
 * The rows of pages, one by one. Not an async generator: its `return()` would wait for the `next()` that is pending, and
 * the requests with it.
 * @template T
 * @implements {AsyncIterableIterator<T, undefined>}
 */
export class RowIterator {
  #pages;
  #signal;
  /** @type {Iterator<T, void>} */
  #rows = [].values();
  #isOver = false;
  #queue = new Queue();

  /**
   * @param {AsyncIterableIterator<Iterable<T, void>, undefined>} pages
   * @param {AbortSignal | undefined} signal the one that ends the pages
   */
  constructor(pages, signal) {
    this.#pages = pages;
    this.#signal = signal;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  next() {
    if (this.#queue.isEmpty && !this.#isOver) {
      const row = this.#row();
      if (!row.done) return Promise.resolve(row);
    }
    return this.#queue.add(() => this.#step());
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    this.#isOver = true;
    await this.#pages.return?.();
    return { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async #step() {
    while (!this.#isOver) {
      const row = this.#row();
      if (!row.done) return row;
      const page = await this.#pages.next();
      if (page.done) break;
      this.#rows = page.value[Symbol.iterator]();
    }
    this.#isOver = true;
    return { done: true, value: undefined };
  }

  /** The next row of the page that was read. After an abort there is none: the pages tell its reason. */
  #row() {
    if (this.#signal?.aborted) this.#rows = [].values();
    return this.#rows.next();
  }
}
