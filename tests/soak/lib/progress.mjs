// Progress on standard error: a bar on a terminal, otherwise a line every ten seconds.

const WIDTH = 30;
const BAR_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 10_000;

export const formatInteger = (number) => Math.round(number).toLocaleString("en-US");

export class Progress {
  #name;
  #start = performance.now();
  #shown = performance.now();

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
    if (!process.stderr.isTTY) console.error(`${name} …`);
  }

  /**
   * @param {number} done
   * @param {number} total
   * @param {string} unit
   */
  show(done, total, unit = "rows") {
    const now = performance.now();
    if (now - this.#shown < (process.stderr.isTTY ? BAR_INTERVAL_MS : LINE_INTERVAL_MS)) return;
    this.#shown = now;
    const seconds = (now - this.#start) / 1000;
    const text = `${formatInteger(done)} of ${formatInteger(total)} ${unit}, ${seconds.toFixed(0)} s`;
    if (!process.stderr.isTTY) return console.error(`${this.#name} … ${text}`);
    const filled = Math.min(WIDTH, Math.floor((WIDTH * done) / Math.max(total, 1)));
    process.stderr.write(
      `\r\x1b[K${this.#name} [${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${text}`,
    );
  }

  /** Clears the bar. */
  end() {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  }
}
