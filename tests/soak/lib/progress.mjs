// How far a long thing has come, on standard error: a bar on a terminal, elsewhere a line now and then.

const WIDTH = 30;
const BAR_EVERY = 100;
const LINE_EVERY = 10_000;

export const whole = (number) => Math.round(number).toLocaleString("en-US");

export class Progress {
  #what;
  #start = performance.now();
  #shown = performance.now();

  /** @param {string} what */
  constructor(what) {
    this.#what = what;
    if (!process.stderr.isTTY) console.error(`${what} …`);
  }

  /**
   * @param {number} done
   * @param {number} total
   * @param {string} unit
   */
  show(done, total, unit = "rows") {
    const now = performance.now();
    if (now - this.#shown < (process.stderr.isTTY ? BAR_EVERY : LINE_EVERY)) return;
    this.#shown = now;
    const seconds = (now - this.#start) / 1000;
    const text = `${whole(done)} of ${whole(total)} ${unit}, ${seconds.toFixed(0)} s`;
    if (!process.stderr.isTTY) return console.error(`${this.#what} … ${text}`);
    const filled = Math.min(WIDTH, Math.floor((WIDTH * done) / Math.max(total, 1)));
    process.stderr.write(
      `\r\x1b[K${this.#what} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${text}`,
    );
  }

  /** Makes room for the result. */
  end() {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  }
}
