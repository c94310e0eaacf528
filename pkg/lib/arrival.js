/**
 * Bytes that arrive, and those who read them. They are kept, so that they can be read again, and held against what a
 * further attempt brings: a file of the API ends at 1,000 messages.
 */
export class Arrival {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  /**
   * How it ended, if it has, and with what it failed.
   * @type {{ failure?: { reason: unknown } } | undefined}
   */
  #end;
  #readers = 0;
  #stop;
  /**
   * Settles when something comes, or nothing more.
   * @type {Promise<void>}
   */
  #change;
  /** Settles `#change`. */
  #wake = () => {};

  /** @param {() => void} stop called when nobody reads any more */
  constructor(stop) {
    this.#stop = stop;
    this.#change = this.#next();
  }

  get length() {
    return this.#length;
  }

  /**
   * Takes bytes that begin at a place. Where others are there already, they must be the same.
   * @param {Uint8Array} chunk
   * @param {number} at not beyond what is there
   * @returns {boolean} whether they are
   */
  take(chunk, at) {
    const known = Math.min(chunk.length, this.#length - at);
    for (let i = 0; i < known; i += 1) {
      if (chunk[i] !== this.#bytes[at + i]) return false;
    }
    const length = Math.max(this.#length, at + chunk.length);
    if (length > this.#bytes.length) {
      const roomier = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      roomier.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = roomier;
    }
    this.#bytes.set(chunk, at);
    this.#length = length;
    this.#tell();
    return true;
  }

  /** Nothing more comes. */
  complete() {
    this.#finish({});
  }

  /** @param {unknown} reason */
  fail(reason) {
    this.#finish({ failure: { reason } });
  }

  /** A copy of all bytes, when they are here. */
  async whole() {
    this.#readers += 1;
    while (!this.#end) await this.#change;
    this.#check();
    return this.#bytes.slice(0, this.#length);
  }

  /**
   * The bytes from the first on, as they arrive. It counts as a reader from its first read on: who only looks whether there
   * is a stream will not cancel it.
   * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
   */
  stream() {
    let at = 0;
    let isRead = false;
    return new ReadableStream(
      {
        pull: async (controller) => {
          if (!isRead) this.#readers += 1;
          isRead = true;
          while (at === this.#length && !this.#end) await this.#change;
          if (at < this.#length) {
            controller.enqueue(this.#bytes.slice(at, this.#length));
            at = this.#length;
          } else {
            this.#check();
            controller.close();
          }
        },
        cancel: () => {
          if (isRead) this.#readers -= 1;
          if (this.#readers === 0) this.#stop();
        },
      },
      { highWaterMark: 0 },
    );
  }

  #check() {
    if (this.#end?.failure) throw this.#end.failure.reason;
  }

  /** @param {{ failure?: { reason: unknown } }} end */
  #finish(end) {
    this.#end ??= end;
    this.#tell();
  }

  #tell() {
    this.#wake();
    this.#change = this.#next();
  }

  /** @returns {Promise<void>} */
  #next() {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
