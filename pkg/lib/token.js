/**
 * The method by which a service account issues tokens to a client. The symbol is registered, so that a client and an account
 * from two builds or two copies of this package recognize each other.
 */
export const tokenSource = Symbol.for("voximplant-sms-history.tokenSource");

/** A call that starts later than this gets no token that was requested ahead: another user may have signed in meanwhile. */
const MAX_IDLE_MS = 2_000;

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
 * request with the token that is already in flight. So the cache applies its rules (`exp`, renewal) to it as to any other. A
 * failure is reported there, too. A renewal gets a new token. Each call runs `dropIfOld` when it starts.
 * @param {import("../index.js").TokenCallback} callback
 * @returns {{ callback: import("../index.js").TokenCallback, dropIfOld: () => void }}
 */
export function requestAhead(callback) {
  const expiresAt = Date.now() + MAX_IDLE_MS;
  const controller = new AbortController();
  // Not synchronously, because a constructor must not call its caller's code.
  /** @type {Promise<string> | undefined} */
  let first = Promise.resolve().then(() => callback({ renew: false, signal: controller.signal }));
  first.catch(() => {});
  return {
    callback: (request) => {
      const token = first;
      first = undefined;
      if (!token || request.renew) return callback(request);
      request.signal.addEventListener("abort", () => controller.abort(request.signal.reason));
      return token;
    },
    dropIfOld: () => {
      if (!first || Date.now() < expiresAt) return;
      first = undefined;
      controller.abort();
    },
  };
}
