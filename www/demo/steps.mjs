// Tells what is being done, and keeps how long each step took.

/** A step tells its progress when it takes longer than this, and as often. */
const PROGRESS_MS = 2000;

export class Steps {
  /** Milliseconds by the name of the step, in the order in which they were taken. @type {Map<string, number>} */
  timings = new Map();

  /**
   * Does one thing, with a line that says so before.
   * @template T
   * @param {string} name
   * @param {(progress: (text: string) => void) => Promise<T>} work it may tell how far it is as often as it likes
   * @returns {Promise<T>}
   */
  async take(name, work) {
    process.stderr.write(`${name} …\n`);
    const began = performance.now();
    let told = began;
    const result = await work((text) => {
      const now = performance.now();
      if (now - told < PROGRESS_MS) return;
      told = now;
      process.stderr.write(`  ${text}\n`);
    });
    this.timings.set(name, performance.now() - began);
    return result;
  }
}
