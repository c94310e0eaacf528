import { respond } from "./api.js";
import { checkFailure, failedResponse } from "./failure.js";
import { checkWireNames } from "./fake-message.js";
import { toSettings } from "./options.js";
import { readRequest } from "./request.js";
import { createResponse } from "./response.js";
import { badValue } from "./values.js";

/**
 * @param {readonly import("../../testing.js").ApiMessage[]} messages
 * @param {import("../../testing.js").FakeHistoryOptions} [options]
 */
export function fakeHistory(messages, options = {}) {
  if (!Array.isArray(messages)) throw badValue("messages", "an array", messages, "pass [fakeMessage()]");
  for (const [at, message] of messages.entries()) checkWireNames(`messages[${at}]`, message);
  const settings = toSettings(options);
  const { latencyMs, failures } = settings;
  const limits = createLimits(settings);
  /** @type {{ [name: string]: string }[]} */
  const queries = [];

  /**
   * @param {RequestInfo | URL} input
   * @param {RequestInit} [init]
   */
  const fetch = async (input, init) => {
    const request = await readRequest(input, init);
    const number = queries.push(Object.fromEntries(request.pairs));
    const planned = typeof failures === "function" ? failures(number) : failures[number];
    const failure = limits.admit() ?? checkFailure(planned);
    try {
      await wait(failure === "timeout" ? Infinity : latencyMs, request.signal);
    } finally {
      limits.release();
    }
    if (failure === "network") throw new TypeError("a fake failure of the network");
    if (typeof failure === "object") return createResponse(failedResponse(failure));
    const response = respond(request, messages, settings);
    const length = response.body.length / (failure === "truncated" ? 2 : 1);
    return createResponse({ ...response, body: response.body.slice(0, length) });
  };
  return Object.assign(fetch, { queries });
}

/** @param {import("./options.js").Settings} settings */
function createLimits({ requestsPerSecond, maxInFlight }) {
  /** @type {number[]} */
  let starts = [];
  let inFlight = 0;
  return {
    /**
     * Counts a request, and returns its failure if it is beyond the limits.
     * @returns {import("../../testing.js").FakeFailure | undefined}
     */
    admit() {
      inFlight += 1;
      const now = Date.now();
      starts = starts.filter((start) => now - start < 1000);
      if (starts.length >= requestsPerSecond) return { code: 340, httpStatus: 429, retryAfterSeconds: 1 };
      starts.push(now);
      return inFlight > maxInFlight ? { code: 314 } : undefined;
    },
    release() {
      inFlight -= 1;
    },
  };
}

/**
 * @param {number} ms 0: without a timer, because tests replace timers. `Infinity`: until the signal aborts.
 * @param {AbortSignal | null | undefined} signal rejects with its reason
 */
async function wait(ms, signal) {
  signal?.throwIfAborted();
  if (ms === 0) return;
  await new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const end = () => {
      signal?.removeEventListener("abort", abort);
      resolve(undefined);
    };
    const timer = ms === Infinity ? undefined : setTimeout(end, ms);
    signal?.addEventListener("abort", abort);
  });
}
