import { getSignal, isThenable, mayBeOptions, optionsSpec, snapshot } from "./arguments.js";
import { download } from "./download.js";
import { lostReceiver, withTypedErrors } from "./error.js";
import { createExportStream, openExport } from "./export-stream.js";
import { HistoryIterator, RowIterator } from "./history.js";
import { limiterWithinInstance } from "./limiter.js";
import { SmsHistoryPage } from "./page.js";
import { toSummary } from "./summary.js";
import { requestAhead, toCallback } from "./token.js";

const CLIENT_OPTIONS = optionsSpec("token");
const QUERY = /** @type {const} */ ({
  kind: "invalid_query",
  name: "query",
  expected: "an object with fields such as { direction }",
});
const OPTIONS = optionsSpec("signal");

/** @typedef {() => unknown} Snapshot */

/**
 * Creates the class `SmsHistoryClient` over one WebAssembly build. See index.d.ts.
 * @param {import("./wasm-instance.js").WasmLoader} loader
 */
export function createClientClass(loader) {
  return class SmsHistoryClient {
    #getClientOptions;
    #tokenAhead;
    /** @type {{ instance: import("./wasm-instance.js").WasmInstance, inner: import("./wasm-instance.js").WasmClient } | undefined} */
    #client;

    /** @param {import("../index.js").SmsHistoryClientOptions} options */
    constructor(options) {
      const getOptions = snapshot(options, CLIENT_OPTIONS);
      // In a page, the file, the token and the first request would otherwise wait for one another. Workers and servers have no
      // document: they often create clients that a request never uses, and workerd forbids I/O outside of requests.
      const isLoading = typeof document !== "undefined" && startLoading(loader);
      this.#tokenAhead = isLoading ? requestTokenAhead(getOptions) : undefined;
      this.#getClientOptions = withAbsoluteRelay(this.#tokenAhead?.getOptions ?? getOptions);
    }

    /**
     * @param {unknown} receiver
     * @param {string} method
     */
    static #check(receiver, method) {
      if (Object(receiver) !== receiver || !(#getClientOptions in /** @type {object} */ (receiver)))
        throw lostReceiver("client", method, receiver, SmsHistoryClient);
    }

    // Vue leaves objects of another kind than `Object` as they are. A Proxy has no private fields.
    get [Symbol.toStringTag]() {
      return "SmsHistoryClient";
    }

    async ready() {
      SmsHistoryClient.#check(this, "ready");
      await withTypedErrors(() => this.#connect());
    }

    /**
     * @param {import("../index.js").SmsHistoryQuery} [query]
     * @param {import("../index.js").CallOptions} [options]
     */
    async getSmsHistory(query, options) {
      SmsHistoryClient.#check(this, "getSmsHistory");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return new SmsHistoryPage(
        await this.#run(getOptions, (inner) => inner.getSmsHistory(getQuery(), getOptions())),
      );
    }

    /**
     * @param {import("../index.js").SmsHistoryFileQuery} query
     * @param {import("../index.js").CallOptions} [options]
     */
    async download(query, options) {
      SmsHistoryClient.#check(this, "download");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return download((readBody, stopSignal) =>
        this.#run(getOptions, (inner) => inner.download(getQuery(), getOptions(), readBody, stopSignal)),
      );
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").HistoryOptions} [options]
     */
    pages(query, options) {
      SmsHistoryClient.#check(this, "pages");
      return this.#pages(snapshot(query, QUERY), snapshot(options, OPTIONS));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").HistoryOptions} [options]
     */
    messages(query, options) {
      SmsHistoryClient.#check(this, "messages");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return new RowIterator(this.#pages(getQuery, getOptions), getSignal(getOptions));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").SummaryOptions} [options]
     */
    async summarize(query, options) {
      SmsHistoryClient.#check(this, "summarize");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return toSummary(await this.#run(getOptions, (inner) => inner.summarize(getQuery(), getOptions())));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").CallOptions} [options]
     */
    async count(query, options) {
      SmsHistoryClient.#check(this, "count");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return this.#run(getOptions, (inner) => inner.count(getQuery(), getOptions()));
    }

    /**
     * @param {number} n
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").NewestOptions} [options]
     */
    async newest(n, query, options) {
      SmsHistoryClient.#check(this, "newest");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      const [pages, indexes] = await this.#run(getOptions, (inner) =>
        inner.newest(n, getQuery(), getOptions()),
      );
      const rows = pages.flatMap((parts) => new SmsHistoryPage(parts).toArray());
      return indexes.map((index) => /** @type {import("../index.js").SmsMessage} */ (rows[index]));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").SpansOptions} [options]
     * @returns {Promise<import("../index.js").HistorySpan[]>}
     */
    async spans(query, options) {
      SmsHistoryClient.#check(this, "spans");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      const spans = await this.#run(getOptions, (inner) => inner.spans(getQuery(), getOptions()));
      return spans.map(([from, to, count]) => ({ fromDate: new Date(from), toDate: new Date(to), count }));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").ExportOptions} [options]
     */
    exportHistory(query, options) {
      SmsHistoryClient.#check(this, "exportHistory");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return createExportStream(() =>
        this.#open(getOptions, (inner) => inner.exportHistory(getQuery(), getOptions())),
      );
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").ExportOptions} [options]
     */
    async openExport(query, options) {
      SmsHistoryClient.#check(this, "openExport");
      const [getQuery, getOptions] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return openExport(
        () => this.#open(getOptions, (inner) => inner.exportHistory(getQuery(), getOptions())),
        getSignal(getOptions),
      );
    }

    /**
     * @param {Snapshot} getQuery
     * @param {Snapshot} getOptions
     */
    #pages(getQuery, getOptions) {
      return new HistoryIterator(
        (endSignal) => this.#open(getOptions, (inner) => inner.pages(getQuery(), getOptions()), endSignal),
        (parts) => new SmsHistoryPage(parts),
      );
    }

    /**
     * @template T
     * @param {Snapshot} getOptions
     * @param {(inner: import("./wasm-instance.js").WasmClient) => T} work
     * @param {AbortSignal} [endSignal]
     */
    async #open(getOptions, work, endSignal) {
      this.#tokenAhead?.dropIfOld();
      const { instance, inner } = await this.#connect(getSignal(getOptions), endSignal);
      return { instance, history: await instance.run(() => work(inner)) };
    }

    /**
     * @template T
     * @param {Snapshot} getOptions
     * @param {(inner: import("./wasm-instance.js").WasmClient) => T | Promise<T>} work
     */
    #run(getOptions, work) {
      return withTypedErrors(async () => {
        this.#tokenAhead?.dropIfOld();
        const { instance, inner } = await this.#connect(getSignal(getOptions));
        return instance.run(() => work(inner));
      });
    }

    /**
     * Returns the client inside the current WebAssembly instance, and creates it if there is none.
     * @param {(AbortSignal | undefined)[]} signals end the wait for the WebAssembly, which then observes them itself
     */
    async #connect(...signals) {
      const ready = loader.ready();
      const instance = await (isThenable(ready) ? raceAbort(ready, signals) : ready);
      if (this.#client?.instance === instance) return this.#client;
      const inner = await instance.run(() => createInner(instance, this.#getClientOptions()));
      // Calls that started together share the first client: its token, its limits, its retry budget.
      if (this.#client?.instance !== instance) this.#client = { instance, inner };
      return this.#client;
    }
  };
}

/**
 * Starts loading the WebAssembly and returns whether it is loading. A failure is ignored: calls that wait for the same load
 * report it, and later calls load again.
 * @param {import("./wasm-instance.js").WasmLoader} loader
 */
function startLoading(loader) {
  try {
    const ready = loader.ready();
    if (!isThenable(ready)) return false;
    ready.catch(() => {});
    return true;
  } catch {
    return false;
  }
}

/**
 * Requests the first token now, if the options have a callback for it.
 * @param {Snapshot} getOptions
 */
function requestTokenAhead(getOptions) {
  try {
    const options = /** @type {import("../index.js").SmsHistoryClientOptions} */ (Object(getOptions()));
    const callback = toCallback(options.token);
    if (typeof callback !== "function") return undefined;
    const ahead = requestAhead(/** @type {import("../index.js").TokenCallback} */ (callback));
    const copy = { __proto__: null, ...options, token: ahead.callback };
    return { getOptions: () => copy, dropIfOld: ahead.dropIfOld };
  } catch {
    return undefined;
  }
}

/**
 * Resolves the option `relay` as the page or the browser's worker resolves addresses. The WebAssembly reports an address that
 * cannot be resolved.
 * @param {Snapshot} getOptions
 * @returns {Snapshot}
 */
function withAbsoluteRelay(getOptions) {
  try {
    const options = /** @type {import("../index.js").SmsHistoryClientOptions} */ (Object(getOptions()));
    // The WebAssembly reports other types.
    if (!options.relay || !["string", "object"].includes(typeof options.relay)) return getOptions;
    const page = globalThis.document?.baseURI ?? globalThis.location?.href;
    const relay = new URL(options.relay, page).href;
    const copy = { __proto__: null, ...options, relay };
    return () => copy;
  } catch {
    return getOptions;
  }
}

/**
 * @param {import("./wasm-instance.js").WasmInstance} instance
 * @param {unknown} options
 */
export function createInner(instance, options) {
  // The WebAssembly reports a value that is not copied: a promise, bytes.
  if (!mayBeOptions(options)) return new instance.classes.SmsHistoryClient(options);
  const { limiter, token, ...others } = /** @type {import("../index.js").SmsHistoryClientOptions} */ (
    options
  );
  const inner = { ...others, token: toCallback(token) };
  if (limiter === undefined || limiter === null) return new instance.classes.SmsHistoryClient(inner);
  return limiterWithinInstance(limiter, instance).client(inner);
}

/**
 * Waits for a promise until a signal aborts. It then rejects as the WebAssembly does, so that `toPublicError` throws the
 * signal's own reason.
 * @template T
 * @param {Promise<T>} promise
 * @param {(AbortSignal | undefined)[]} signals
 * @returns {Promise<T>}
 */
function raceAbort(promise, signals) {
  const given = signals.filter((signal) => signal !== undefined);
  return new Promise((resolve, reject) => {
    const rejectIfAborted = () => {
      const aborted = given.find((signal) => signal.aborted);
      if (aborted) reject({ aborted: true, reason: aborted.reason });
    };
    for (const signal of given) signal.addEventListener("abort", rejectIfAborted);
    rejectIfAborted();
    const removeListeners = () => {
      for (const signal of given) signal.removeEventListener("abort", rejectIfAborted);
    };
    promise.finally(removeListeners).then(resolve, reject);
  });
}
