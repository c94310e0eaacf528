/**
 * The method under which a service account gives tokens to a client. A registered symbol, so that a client and an
 * account from two builds, or two copies, of this package know each other.
 */
export const tokenSource = Symbol.for("voximplant-sms-history.tokenSource");

/**
 * The option `token` as the WebAssembly code takes it: a service account becomes a function.
 * @param {unknown} token
 * @returns {unknown}
 */
export function toCallback(token) {
  if (typeof token !== "object" || token === null || !(tokenSource in token)) return token;
  const account = /** @type {{ [tokenSource]: import("../index.js").TokenCallback }} */ (token);
  /** @param {import("../index.js").TokenRequest} request */
  return (request) => account[tokenSource](request);
}
