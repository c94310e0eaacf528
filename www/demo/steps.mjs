// Reports the steps of the demo, and measures how long each takes.

/** The interval at which a step prints its progress. */
const PROGRESS_INTERVAL_MS = 2000;

export class Steps {
  /** Milliseconds by the name of the step, in the order of the steps. @type {Map<string, number>} */
  timings = new Map();

  /**
   * Prints the name of a step, and runs it.
   * @template T
   * @param {string} name
   * @param {(progress: (text: string) => void) => Promise<T>} work may call `progress` at any rate
   * @returns {Promise<T>}
   */
  async run(name, work) {
    process.stderr.write(`${name} …\n`);
    const began = performance.now();
    let lastReport = began;
    const result = await work((text) => {
      const now = performance.now();
      if (now - lastReport < PROGRESS_INTERVAL_MS) return;
      lastReport = now;
      process.stderr.write(`  ${text}\n`);
    });
    this.timings.set(name, performance.now() - began);
    return result;
  }
}
