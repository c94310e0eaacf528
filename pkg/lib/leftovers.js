/**
 * The class FinalizationRegistry with callbacks that are put off. Workers collect garbage outside of all requests, where
 * the code that gives back may neither stop a request nor wake what waits for it.
 * @param {(give: () => void) => void} putOff
 */
function finalization(putOff) {
  if (typeof FinalizationRegistry === "undefined") return undefined;
  /** @param {(held: unknown) => void} callback */
  return function PutOff(callback) {
    return new FinalizationRegistry((held) => putOff(() => callback(held)));
  };
}

/**
 * What one instance leaves to the runtime. Its timers, so that none of them outlives it: one that is left over keeps a
 * process from ending. Its objects that were collected, which are given back to it when it is next entered.
 */
export class Leftovers {
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #running = new Set();
  /** @type {(() => void)[]} */
  #garbage = [];

  /** As the global class; what it calls back for waits for {@link Leftovers.collect}. */
  FinalizationRegistry = finalization((give) => this.#garbage.push(give));

  /** Gives back what was collected. */
  collect() {
    for (const give of this.#garbage.splice(0)) give();
  }

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

  /** Clears all timers that are running. */
  end() {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
