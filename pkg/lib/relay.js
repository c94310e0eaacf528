import { optionsSpec, snapshot } from "./arguments.js";
import { createInner } from "./client.js";
import { SmsHistoryError, withTypedErrors } from "./error.js";
import { tokenSource } from "./token.js";

const OPTIONS = optionsSpec("account, authorize");

/**
 * Creates the function `createRelay` over the WebAssembly build that signs. See edge.d.ts.
 * @param {import("./wasm-instance.js").WasmLoader} loader
 */
export function createRelayFunction(loader) {
  /** @param {import("../edge.js").RelayOptions} options */
  return function createRelay(options) {
    const copy = /** @type {import("../edge.js").RelayOptions} */ (snapshot(options, OPTIONS)() ?? {});
    // A relay without them must not be deployed. The first request reports other options that are invalid.
    if (!Object(copy.account)[tokenSource]) throw invalid("account: expected a ServiceAccount", copy.account);
    if (typeof copy.authorize !== "function") throw invalid("authorize: expected a function", copy.authorize);
    /** @type {{ instance: import("./wasm-instance.js").WasmInstance, inner: import("./wasm-instance.js").WasmRelay } | undefined} */
    let relay;

    /**
     * @param {Request} request
     * @returns {Promise<Response>}
     */
    return (request) =>
      withTypedErrors(async () => {
        const instance = await loader.ready();
        if (relay?.instance !== instance) {
          const inner = await instance.run(() => createRelayWithin(instance, copy));
          // Requests that started together share the first relay: its token and its limits.
          if (relay?.instance !== instance) relay = { instance, inner };
        }
        const { inner } = relay;
        return instance.run(() => inner.respond(request));
      });
  };
}

/**
 * @param {import("./wasm-instance.js").WasmInstance} instance
 * @param {import("../edge.js").RelayOptions} options
 */
function createRelayWithin(instance, options) {
  const { Relay } = instance.classes;
  if (!Relay) throw new Error("this build has no Relay");
  const {
    account: token,
    authorize,
    baseUrl,
    allowHttp,
    fetch,
    limiter,
    attemptTimeoutMs,
    onEvent,
  } = options;
  const common = { token, baseUrl, allowHttp, fetch, limiter, attemptTimeoutMs, onEvent };
  // The page's client retries, and gives up when it has waited too long.
  const client = createInner(instance, { ...common, retry: false, timeoutMs: false });
  return new Relay(client, {
    ...options,
    /** @param {Request} request */
    async authorize(request) {
      try {
        return await authorize(request);
      } catch (error) {
        // The page gets no details, and nobody else would report them.
        console.error(error);
        throw error;
      }
    },
  });
}

/**
 * @param {string} expected
 * @param {unknown} value
 */
function invalid(expected, value) {
  return new SmsHistoryError({
    kind: "invalid_options",
    message: `${expected}, got ${value === null ? "null" : typeof value}`,
  });
}
