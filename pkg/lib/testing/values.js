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
