import { call, copy } from "./call.js";
import { download } from "./download.js";
import { exportStream } from "./export.js";
import { HistoryIterator, RowIterator } from "./history.js";
import { RateLimiter } from "./limiter.js";
import { SmsHistoryPage } from "./page.js";
import { toSummary } from "./summary.js";
import { toCallback } from "./token-source.js";

/**
 * The client class over one WebAssembly build.
 * @param {import("./instance.js").Instance} instance
 */
export function clientOf(instance) {
  return class SmsHistoryClient {
    #options;
    /** @type {{ live: import("./instance.js").Live, inner: import("./instance.js").WasmClient } | undefined} */
    #client;

    /** @param {import("../index.js").SmsHistoryClientOptions} options */
    constructor(options) {
      this.#options = copy(options);
    }

    /**
     * @param {import("../index.js").SmsHistoryQuery} [query]
     * @param {import("../index.js").CallOptions} [options]
     */
    async getSmsHistory(query, options) {
      const [what, how] = [copy(query), copy(options)];
      return new SmsHistoryPage(await this.#run((inner) => inner.getSmsHistory(what, how)));
    }

    /**
     * @param {import("../index.js").SmsHistoryFileQuery} query
     * @param {import("../index.js").CallOptions} [options]
     */
    async download(query, options) {
      const [what, how] = [copy(query), copy(options)];
      return download((read, stopped) => this.#run((inner) => inner.download(what, how, read, stopped)));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").HistoryOptions} [options]
     */
    pages(query, options) {
      const [what, how] = [copy(query), copy(options)];
      return new HistoryIterator(
        () => this.#open((inner) => inner.pages(what, how)),
        (parts) => new SmsHistoryPage(parts),
      );
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").HistoryOptions} [options]
     */
    messages(query, options) {
      return new RowIterator(this.pages(query, options));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").SummaryOptions} [options]
     */
    async summarize(query, options) {
      const [what, how] = [copy(query), copy(options)];
      return toSummary(await this.#run((inner) => inner.summarize(what, how)));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").ExportOptions} [options]
     */
    exportHistory(query, options) {
      const [what, how] = [copy(query), copy(options)];
      return exportStream(() => this.#open((inner) => inner.exportHistory(what, how)));
    }

    /**
     * @template T
     * @param {(inner: import("./instance.js").WasmClient) => T} work
     */
    async #open(work) {
      const { live, inner } = await this.#ready();
      return { live, history: await live.run(() => work(inner)) };
    }

    /**
     * @template T
     * @param {(inner: import("./instance.js").WasmClient) => T | Promise<T>} work
     */
    #run(work) {
      return call(async () => {
        const { live, inner } = await this.#ready();
        return live.run(() => work(inner));
      });
    }

    async #ready() {
      const live = await instance.ready();
      if (this.#client?.live === live) return this.#client;
      const inner = await live.run(() => connect(live, this.#options));
      // Calls that began together share the first of their clients: its token, its limits, its budget of retries.
      if (this.#client?.live !== live) this.#client = { live, inner };
      return this.#client;
    }
  };
}

/**
 * @param {import("./instance.js").Live} live
 * @param {unknown} options
 */
function connect(live, options) {
  if (typeof options !== "object" || options === null) return new live.classes.SmsHistoryClient(options);
  const { limiter, ...others } = /** @type {import("../index.js").SmsHistoryClientOptions} */ (options);
  const inner = { ...others, token: toCallback(others.token) };
  if (limiter === undefined || limiter === null) return new live.classes.SmsHistoryClient(inner);
  const limits = /** @type {import("../index.js").RateLimiterOptions} */ (limiter);
  const shared = limiter instanceof RateLimiter ? limiter : new RateLimiter(limits);
  return shared.within(live).client(inner);
}
