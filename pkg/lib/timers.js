/** The timers of one instance, so that none of them outlives it: a timer that is left over keeps a process from ending. */
export class Timers {
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #running = new Set();

  /**
   * As the global function.
   * @param {() => void} callback
   * @param {number} delayMs
   */
  setTimeout = (callback, delayMs) => {
    const timer = setTimeout(() => {
      // Not every runtime keeps back a timer that was cleared when it was due already; who it called may be gone.
      if (this.#running.delete(timer)) callback();
    }, delayMs);
    this.#running.add(timer);
    return timer;
  };

  /**
   * As the global function.
   * @param {ReturnType<typeof setTimeout>} timer
   */
  clearTimeout = (timer) => {
    this.#running.delete(timer);
    clearTimeout(timer);
  };

  /** Clears all that are running. */
  end() {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
