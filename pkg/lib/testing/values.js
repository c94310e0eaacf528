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
 * Rejects names that would be silently without effect. The error suggests the known names that contain the unknown one.
 * @param {string} what
 * @param {object} given
 * @param {readonly string[]} known
 */
export function checkNames(what, given, known) {
  const wrong = Object.keys(given).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const alike = known.filter((name) => name.toLowerCase().includes(wrong.toLowerCase()));
  const fix =
    alike.length > 0 ? `did you mean ${alike.join(" or ")}?` : `the known names are ${known.join(", ")}`;
  throw new TypeError(`${what}: expected known names only, got another one; ${fix}`);
}
