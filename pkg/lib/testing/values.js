import { unknownName } from "../unknown-name.js";

/**
 * An error about a value that a test passes. It does not quote the value.
 * @param {string} name
 * @param {string} expected
 * @param {unknown} value
 * @param {string} fix
 */
export function badValue(name, expected, value, fix) {
  const shape =
    value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
  return new TypeError(`${name}: expected ${expected}, got ${shape}; ${fix}`);
}

/**
 * Rejects names that would be silently without effect. The error suggests the known name that is most like the unknown one.
 * @param {string} what
 * @param {string} noun
 * @param {object} given
 * @param {readonly string[]} known
 */
export function checkNames(what, noun, given, known) {
  const wrong = Object.keys(given).find((name) => !known.includes(name));
  if (wrong !== undefined) throw new TypeError(unknownName(what, noun, wrong, known));
}
