import { lostReceiver, toPublicError } from "./error.js";

const ignore = () => {};

/** Runs calls of `next()` one after another, in call order. */
class SerialQueue {
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
    // A failure goes to the caller of this step only, not to the steps behind it.
    const last = result.then(ignore, ignore);
    this.#last = last;
    last.then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return result;
  }
}

/**
 * A whole history as an async iterator of pages. The first `next()` starts it. `return()` ends it at once, also while a
 * `next()` is pending.
 * @template T
 * @implements {AsyncIterableIterator<T, undefined>}
 */
export class HistoryIterator {
  #open;
  #createPage;
  /** @type {{ instance: import("./wasm-instance.js").WasmInstance, history: import("./wasm-instance.js").WasmHistory } | undefined} */
  #opened;
  /** Aborts when the history ends, which also ends the wait for the WebAssembly. */
  #endController = new AbortController();
  #queue = new SerialQueue();

  /**
   * @param {(endSignal: AbortSignal) =>
   *   Promise<{ instance: import("./wasm-instance.js").WasmInstance, history: import("./wasm-instance.js").WasmHistory }>} open
   * @param {(parts: any) => T} createPage
   */
  constructor(open, createPage) {
    this.#open = open;
    this.#createPage = createPage;
  }

  /** @param {unknown} receiver */
  static #isIterator(receiver) {
    return typeof receiver === "object" && receiver !== null && #queue in receiver;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  next() {
    if (!HistoryIterator.#isIterator(this))
      return Promise.reject(lostReceiver("history", "next", this, HistoryIterator));
    return this.#queue.add(() => this.#step());
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    if (!HistoryIterator.#isIterator(this)) throw lostReceiver("history", "return", this, HistoryIterator);
    this.#end();
    return { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async #step() {
    try {
      if (!this.#hasEnded) this.#opened ??= await this.#open(this.#endController.signal);
      // `return()` may have been called during the wait.
      if (this.#hasEnded || !this.#opened) return this.return();
      const { instance, history } = this.#opened;
      const parts = await instance.run(() => history.next());
      if (parts === undefined) return this.return();
      return { done: false, value: this.#createPage(parts) };
    } catch (thrown) {
      // After `return()`, the failure is of no interest to the caller.
      if (this.#hasEnded) return this.return();
      this.#end();
      throw toPublicError(thrown);
    }
  }

  get #hasEnded() {
    return this.#endController.signal.aborted;
  }

  #end() {
    this.#endController.abort("ended");
    this.#opened?.history.end();
    this.#opened = undefined;
  }
}

/**
 * The rows of pages as an async iterator. An async generator would not do: its `return()` waits for the pending `next()`, and
 * the requests would go on until then.
 * @template T
 * @implements {AsyncIterableIterator<T, undefined>}
 */
export class RowIterator {
  #pages;
  #signal;
  /** @type {Iterator<T, void>} */
  #rows = [].values();
  #hasEnded = false;
  #queue = new SerialQueue();

  /**
   * @param {AsyncIterableIterator<Iterable<T, void>, undefined>} pages
   * @param {AbortSignal | undefined} signal the signal that ends the pages
   */
  constructor(pages, signal) {
    this.#pages = pages;
    this.#signal = signal;
  }

  /** @param {unknown} receiver */
  static #isIterator(receiver) {
    return typeof receiver === "object" && receiver !== null && #queue in receiver;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  next() {
    if (!RowIterator.#isIterator(this))
      return Promise.reject(lostReceiver("history", "next", this, RowIterator));
    if (this.#queue.isEmpty && !this.#hasEnded) {
      const row = this.#nextBufferedRow();
      if (!row.done) return Promise.resolve(row);
    }
    return this.#queue.add(() => this.#step());
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async return() {
    if (!RowIterator.#isIterator(this)) throw lostReceiver("history", "return", this, RowIterator);
    this.#hasEnded = true;
    await this.#pages.return?.();
    return { done: true, value: undefined };
  }

  /** @returns {Promise<IteratorResult<T, undefined>>} */
  async #step() {
    while (!this.#hasEnded) {
      const row = this.#nextBufferedRow();
      if (!row.done) return row;
      const page = await this.#pages.next();
      if (page.done) break;
      this.#rows = page.value[Symbol.iterator]();
    }
    this.#hasEnded = true;
    return { done: true, value: undefined };
  }

  /** Returns the next row of the current page. After an abort there is none, and the pages reject with the signal's reason. */
  #nextBufferedRow() {
    if (this.#signal?.aborted) this.#rows = [].values();
    return this.#rows.next();
  }
}
