// What the tests share. No test data here is a real number, token or key.

/** A token that never reaches a server which checks it. */
export const SECRET = "c2VjcmV0.dG9rZW4.bmV2ZXItcHJpbnRlZA";
/** Phone numbers of the range that is reserved for fiction. */
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

/** A fetch that answers every request alike and keeps what it was called with in `calls`. */
export function answering(body, { status = 200, headers = { "content-type": "application/json" } } = {}) {
  return recording(async () => new Response(body, { status, headers }));
}

/** A fetch that keeps what it was called with in `calls`, and hands on. */
export function recording(fetch) {
  const calls = [];
  const wrapped = (url, init) => {
    calls.push({ url: new URL(url), init });
    return fetch(url, init);
  };
  return Object.assign(wrapped, { calls });
}

/**
 * A fetch that follows every request to its end. `calls` has one entry a request, with its `url`, `signal`, and `isOver`
 * once its body was read or it failed.
 */
export function following(fetch = globalThis.fetch) {
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
    wrapped.peak = Math.max(wrapped.peak, wrapped.underWay());
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
  /** How many requests are neither over nor ended. */
  const underWay = () => calls.filter(({ isOver, signal }) => !isOver && !signal.aborted).length;
  return Object.assign(wrapped, { calls, underWay, peak: 0 });
}

/** Whether nothing starts any more, and nothing is under way: what is asked of a history that was ended. */
export async function isQuiet(fetch) {
  const { length } = fetch.calls;
  const atOnce = fetch.underWay();
  await sleep(40);
  return atOnce === 0 && fetch.underWay() === 0 && fetch.calls.length === length;
}

/** A signal, and how many listeners it has that were added through it. */
export function counted(signal) {
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

/** Waits until something is so. */
export async function until(isSo) {
  for (let left = 1000; !isSo(); left -= 1) {
    if (left === 0) throw new Error("waited 5 seconds in vain");
    await sleep(5);
  }
}

/** Retries without a wait worth mentioning. */
export const QUICK = { baseDelayMs: 1, maxDelayMs: 2 };

/** What a promise rejects with. That it resolves is a failure. */
export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error(`resolved to ${typeof value} instead of being rejected`);
}

/** All that consoles and loggers may show of a value. */
export function shown(value, inspect) {
  const faces = [String(value), JSON.stringify(value) ?? "", value?.stack ?? "", value?.message ?? ""];
  for (const key of Object.keys(value)) faces.push(String(value[key]));
  if (inspect) {
    const ways = [{}, { showHidden: true }, { showHidden: true, getters: true }];
    for (const way of ways) faces.push(inspect(value, { depth: 9, ...way }));
    faces.push(inspect({ nested: [value] }, { depth: 9 }));
  }
  return faces.join("\n");
}

/** The sandbox's account, read once by those who ask. */
export function accountOf({ edge, sandbox }) {
  return edge.ServiceAccount.fromCredentials(sandbox.credentials);
}

/** A token of the sandbox's account. */
export async function tokenOf(context) {
  return (await accountOf(context)).mintToken();
}

/** What the sandbox tells of itself, and is told. `what` is a path below /sandbox/. */
export async function tool({ sandbox }, what, method = "GET", body = undefined) {
  const response = await fetch(`${new URL(sandbox.url).origin}/sandbox/${what}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const told = await response.json();
  if (!response.ok) throw new Error(`/sandbox/${what}: ${told.message}`);
  return told;
}

/** Sets the sandbox's faults: all of them. A module that does calls {@link clearsFaults} with its hooks. */
export const faults = (context, ...list) => tool(context, "faults", "PUT", list);

/** Leaves the sandbox without faults after each test. */
export const clearsFaults = (context, hooks) => hooks.afterEach(() => tool(context, "faults", "DELETE"));

/** A request to the sandbox without this package: the oracle. */
export async function direct({ sandbox }, token, query = {}) {
  const url = `${sandbox.url}/GetSmsHistory?${new URLSearchParams(query)}`;
  return fetch(url, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}

/**
 * A client of the sandbox with a token of its account; `fetch` follows its requests, and `events` keeps what it tells.
 * @param {object} options of the client
 * @param {any} lib the entry point
 */
export async function watchedClient(context, options = {}, lib = context.core) {
  const [fetch, events] = [following(), []];
  const given = { token: await tokenOf(context), baseUrl: context.sandbox.url, fetch, ...options };
  const onEvent = (event) => events.push(event);
  return { fetch, events, client: new lib.SmsHistoryClient({ onEvent, ...given }) };
}

/** The messages that the sandbox began with: all of them are older than this. */
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

/** A decimal of at most four places, in ten-thousandths. */
export function decimal(text) {
  const [whole, places = ""] = text.split(".");
  return BigInt(whole + places.padEnd(4, "0"));
}
