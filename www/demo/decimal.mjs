// Exact sums of money: decimals as whole numbers of their smallest unit.

/** A sum of decimals that never rounds. */
export class DecimalSum {
  #units = 0n;
  #decimals = 0;

  /**
   * @param {string | number} decimal such as "12.0345", or a number as JavaScript prints it
   * @param {1n | -1n} sign
   */
  add(decimal, sign = 1n) {
    const { units, decimals } = parse(String(decimal));
    const common = Math.max(this.#decimals, decimals);
    this.#units = this.#units * power(common - this.#decimals) + sign * units * power(common - decimals);
    this.#decimals = common;
  }

  /** The sum with as many decimals as the summand that had the most. */
  toString() {
    const sign = this.#units < 0n ? "-" : "";
    const digits = String(sign ? -this.#units : this.#units).padStart(this.#decimals + 1, "0");
    const whole = digits.slice(0, digits.length - this.#decimals);
    const rest = digits.slice(digits.length - this.#decimals);
    return `${sign}${whole}${rest ? `.${rest}` : ""}`;
  }

  /** @param {string | number} decimal */
  equals(decimal) {
    const difference = new DecimalSum();
    difference.add(this.toString());
    difference.add(decimal, -1n);
    return difference.#units === 0n;
  }
}

/** @param {string} text */
function parse(text) {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!parts) throw new Error("expected a decimal number");
  const [, sign, whole, rest = "", exponent = "0"] = parts;
  const decimals = rest.length - Number(exponent);
  const units = BigInt(`${whole}${rest}`) * power(Math.max(0, -decimals));
  return { units: sign ? -units : units, decimals: Math.max(0, decimals) };
}

/** @param {number} exponent */
function power(exponent) {
  return 10n ** BigInt(exponent);
}
