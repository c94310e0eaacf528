/**
 * The method by which a service account issues tokens to a client. The symbol is registered, so that a client and an account
 * from two builds or two copies of this package recognize each other.
 */
export const tokenSource = Symbol.for("voximplant-sms-history.tokenSource");

/** How long a token that was requested ahead is handed out: as long as the WebAssembly may take to load (load/url.js). */
const MAX_AGE_MS = 60_000;

/**
 * Turns the option `token` into what the WebAssembly takes. A service account becomes a callback.
 * @param {unknown} token
 * @returns {unknown}
 */
export function toCallback(token) {
  if (typeof token !== "object" || token === null || !(tokenSource in token)) return token;
  const account = /** @type {{ [tokenSource]: import("../index.js").TokenCallback }} */ (token);
  /** @param {import("../index.js").TokenRequest} request */
  return (request) => account[tokenSource](request);
}

/**
 * Requests a token while the WebAssembly loads, and returns a callback that hands it to the first request for one.
 *
 * The token cache is in the WebAssembly, which asks for its first token after it has loaded. This callback answers that first
 * request with the token that is already in flight, so the cache applies its rules (`exp`, renewal) to it as to any other. A
 * failure is reported there, too. A renewal, or a request that comes later than {@link MAX_AGE_MS}, gets a new token.
 * @param {import("../index.js").TokenCallback} callback
 * @returns {import("../index.js").TokenCallback}
 */
export function requestAhead(callback) {
  const expiresAt = Date.now() + MAX_AGE_MS;
  const controller = new AbortController();
  // Not synchronously, because a constructor must not call its caller's code.
  /** @type {Promise<string> | undefined} */
  let first = Promise.resolve().then(() => callback({ renew: false, signal: controller.signal }));
  first.catch(() => {});
  return (request) => {
    const token = first;
    first = undefined;
    if (!token || request.renew || Date.now() >= expiresAt) return callback(request);
    request.signal.addEventListener("abort", () => controller.abort(request.signal.reason));
    return token;
  };
}
