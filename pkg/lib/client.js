import { call } from "./call.js";
import { download } from "./download.js";
import { exportStream } from "./export.js";
import { HistoryIterator, RowIterator } from "./history.js";
import { limiterOf } from "./limiter.js";
import { SmsHistoryPage } from "./page.js";
import { signalOf, unlessAborted } from "./signals.js";
import { optionsWith, snapshot } from "./snapshot.js";
import { toSummary } from "./summary.js";
import { toCallback } from "./token-source.js";

const CLIENT_OPTIONS = optionsWith("token");
const QUERY = /** @type {const} */ ({
  kind: "invalid_query",
  name: "query",
  wanted: "an object with fields such as { direction }",
});
const OPTIONS = optionsWith("signal");

/** @typedef {() => unknown} Snapshot */

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
      this.#options = snapshot(options, CLIENT_OPTIONS);
    }

    /**
     * @param {import("../index.js").SmsHistoryQuery} [query]
     * @param {import("../index.js").CallOptions} [options]
     */
    async getSmsHistory(query, options) {
      const [what, how] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return new SmsHistoryPage(await this.#run(how, (inner) => inner.getSmsHistory(what(), how())));
    }

    /**
     * @param {import("../index.js").SmsHistoryFileQuery} query
     * @param {import("../index.js").CallOptions} [options]
     */
    async download(query, options) {
      const [what, how] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return download((read, stopped) =>
        this.#run(how, (inner) => inner.download(what(), how(), read, stopped)),
      );
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").HistoryOptions} [options]
     */
    pages(query, options) {
      return this.#pages(snapshot(query, QUERY), snapshot(options, OPTIONS));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").HistoryOptions} [options]
     */
    messages(query, options) {
      const [what, how] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return new RowIterator(this.#pages(what, how), signalOf(how));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").SummaryOptions} [options]
     */
    async summarize(query, options) {
      const [what, how] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return toSummary(await this.#run(how, (inner) => inner.summarize(what(), how())));
    }

    /**
     * @param {import("../index.js").HistoryQuery} [query]
     * @param {import("../index.js").ExportOptions} [options]
     */
    exportHistory(query, options) {
      const [what, how] = [snapshot(query, QUERY), snapshot(options, OPTIONS)];
      return exportStream(() => this.#open(how, (inner) => inner.exportHistory(what(), how())));
    }

    /**
     * @param {Snapshot} what
     * @param {Snapshot} how
     */
    #pages(what, how) {
      return new HistoryIterator(
        (over) => this.#open(how, (inner) => inner.pages(what(), how()), over),
        (parts) => new SmsHistoryPage(parts),
      );
    }

    /**
     * @template T
     * @param {Snapshot} how
     * @param {(inner: import("./instance.js").WasmClient) => T} work
     * @param {AbortSignal} [over]
     */
    async #open(how, work, over) {
      const { live, inner } = await this.#ready(signalOf(how), over);
      return { live, history: await live.run(() => work(inner)) };
    }

    /**
     * @template T
     * @param {Snapshot} how
     * @param {(inner: import("./instance.js").WasmClient) => T | Promise<T>} work
     */
    #run(how, work) {
      return call(async () => {
        const { live, inner } = await this.#ready(signalOf(how));
        return live.run(() => work(inner));
      });
    }

    /** @param {(AbortSignal | undefined)[]} signals end the wait for the WebAssembly; once it is there, it minds them itself */
    async #ready(...signals) {
      const ready = instance.ready();
      const live = await (ready instanceof Promise ? unlessAborted(ready, signals) : ready);
      if (this.#client?.live === live) return this.#client;
      const inner = await live.run(() => connect(live, this.#options()));
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
  return limiterOf(limiter, live).client(inner);
}
