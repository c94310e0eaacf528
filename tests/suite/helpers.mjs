// Helpers of the tests. No test data is a real number, token or key.

/** A token for servers that do not verify it. */
export const SECRET = "c2VjcmV0.dG9rZW4.bmV2ZXItcHJpbnRlZA";
/** A phone number from the range reserved for fiction. */
export const PHONE = "12025550123";

/** A row with every field, as the API sends it. */
export const ROW = {
  message_id: 4001,
  source_number: 12025550101,
  destination_number: PHONE,
  direction: "OUT",
  fragments: 2,
  cost: 0.0145,
  status_id: "1",
  error_message: null,
  processed_date: "2026-03-08 02:30:15",
  transaction_id: 900,
  text: 'Привет 👋 "quoted" \\ back',
};

/** The body of a page. */
export const bodyOf = (rows, total = rows.length) => JSON.stringify({ result: rows, total_count: total });

/** A fetch that returns the same response to every request, and records its arguments in `calls`. */
export function stubFetch(body, { status = 200, headers = { "content-type": "application/json" } } = {}) {
  return recordingFetch(async () => new Response(body, { status, headers }));
}

/** Wraps a fetch, and records its arguments in `calls`. */
export function recordingFetch(fetch) {
  const calls = [];
  const wrapped = (url, init) => {
    calls.push({ url: new URL(url), init });
    return fetch(url, init);
  };
  return Object.assign(wrapped, { calls });
}

/**
 * Wraps a fetch, and tracks each request until its body is read or it fails. `calls` has an entry per request with its
 * `url`, `signal` and `isOver`.
 */
export function trackingFetch(fetch = globalThis.fetch) {
  const calls = [];
  const wrapped = async (url, init) => {
    const call = {
      url: new URL(url),
      headers: init.headers,
      signal: init.signal,
      isOver: false,
      at: Date.now(),
    };
    calls.push(call);
    wrapped.peak = Math.max(wrapped.peak, wrapped.inFlight());
    const end = (thrown) => {
      call.isOver = true;
      throw thrown;
    };
    const response = await fetch(url, init).catch(end);
    const arrayBuffer = async () => {
      const buffer = await response.arrayBuffer().catch(end);
      call.isOver = true;
      return buffer;
    };
    return { status: response.status, headers: response.headers, arrayBuffer };
  };
  /** Counts the requests that have neither ended nor been aborted. */
  const inFlight = () => calls.filter(({ isOver, signal }) => !isOver && !signal.aborted).length;
  return Object.assign(wrapped, { calls, inFlight, peak: 0 });
}

/** Whether no request is in flight, and none starts within 40 ms. */
export async function isIdle(fetch) {
  const { length } = fetch.calls;
  const atOnce = fetch.inFlight();
  await sleep(40);
  return atOnce === 0 && fetch.inFlight() === 0 && fetch.calls.length === length;
}

/** Wraps a signal, and counts the listeners that are added through the wrapper. */
export function countListeners(signal) {
  let count = 0;
  const counting = new Proxy(signal, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== "function") return value;
      return (...parameters) => {
        if (name === "addEventListener") count += 1;
        if (name === "removeEventListener") count -= 1;
        return value.apply(target, parameters);
      };
    },
  });
  return { signal: counting, listeners: () => count };
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a condition is true, at most 5 seconds. */
export async function until(condition) {
  for (let left = 1000; !condition(); left -= 1) {
    if (left === 0) throw new Error("the condition is still false after 5 seconds");
    await sleep(5);
  }
}

/** Retries with almost no delay. */
export const FAST_RETRY = { baseDelayMs: 1, maxDelayMs: 2 };

/** Returns the value with which a promise rejects. Throws if it resolves. */
export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`expected a rejection, got ${typeof value}`);
}

/** Every text that consoles and loggers may print of a value. */
export function printedForms(value, inspect) {
  const texts = [String(value), JSON.stringify(value) ?? "", value?.stack ?? "", value?.message ?? ""];
  for (const key of Object.keys(value)) texts.push(String(value[key]));
  if (inspect) {
    const ways = [{}, { showHidden: true }, { showHidden: true, getters: true }];
    for (const way of ways) texts.push(inspect(value, { depth: 9, ...way }));
    texts.push(inspect({ nested: [value] }, { depth: 9 }));
  }
  return texts.join("\n");
}

/** The service account of the sandbox. */
export function accountOf({ edge, sandbox }) {
  return edge.ServiceAccount.fromCredentials(sandbox.credentials);
}

/** Mints a token of the sandbox's account. */
export async function tokenOf(context) {
  return (await accountOf(context)).mintToken();
}

/** Sends a request to the sandbox's admin API. `path` is relative to /sandbox/. */
export async function adminRequest({ sandbox }, path, method = "GET", body = undefined) {
  const response = await fetch(`${new URL(sandbox.url).origin}/sandbox/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const reply = await response.json();
  if (!response.ok) throw new Error(`/sandbox/${path}: ${reply.message}`);
  return reply;
}

/** Replaces the sandbox's faults. A module that uses it calls {@link clearFaultsAfterEach} with its hooks. */
export const setFaults = (context, ...list) => adminRequest(context, "faults", "PUT", list);

/** Removes the sandbox's faults after each test. */
export const clearFaultsAfterEach = (context, hooks) =>
  hooks.afterEach(() => adminRequest(context, "faults", "DELETE"));

/** Sends a request to the sandbox without this package. Its response is the test oracle. */
export async function requestDirectly({ sandbox }, token, query = {}) {
  const url = `${sandbox.url}/GetSmsHistory?${new URLSearchParams(query)}`;
  return fetch(url, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}

/**
 * Creates a client of the sandbox with a token of its account. `fetch` tracks its requests, and `events` records its events.
 * @param {object} options of the client
 * @param {any} lib the entry point
 */
export async function watchedClient(context, options = {}, lib = context.core) {
  const [fetch, events] = [trackingFetch(), []];
  const all = { token: await tokenOf(context), baseUrl: context.sandbox.url, fetch, ...options };
  const onEvent = (event) => events.push(event);
  return { fetch, events, client: new lib.SmsHistoryClient({ onEvent, ...all }) };
}

/** The time after the last message with which the sandbox started. */
export const UNTIL = "2025-12-31 23:59:59";

/** Reads a history to its end. */
export async function readAll(history) {
  const read = { pages: [], ids: [], count: 0, fragments: 0, cost: 0n };
  for await (const page of history) {
    read.pages.push(page);
    read.ids.push(...page.column("messageId"));
    read.count += page.totals.count;
    read.fragments += page.totals.fragments;
    read.cost += decimal(page.totals.cost);
  }
  return read;
}

export const ascending = (a, b) => a - b;

/** Converts a decimal with at most four places to ten-thousandths. */
export function decimal(text) {
  const [integer, fraction = ""] = text.split(".");
  return BigInt(integer + fraction.padEnd(4, "0"));
}
