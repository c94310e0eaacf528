import { call, copy } from "./call.js";
import { SmsHistoryFile } from "./file.js";
import { SmsHistoryPage } from "./page.js";
import { toCallback } from "./token-source.js";

/**
 * The client class over one WebAssembly build.
 * @param {import("./instance.js").Instance} instance
 */
export function clientOf(instance) {
  return class SmsHistoryClient {
    #options;
    /** @type {import("./instance.js").WasmClient | undefined} */
    #inner;

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
      return new SmsHistoryPage(await call(async () => (await this.#client()).getSmsHistory(what, how)));
    }

    /**
     * @param {import("../index.js").SmsHistoryFileQuery} query
     * @param {import("../index.js").CallOptions} [options]
     */
    async download(query, options) {
      const [what, how] = [copy(query), copy(options)];
      return new SmsHistoryFile(await call(async () => (await this.#client()).download(what, how)));
    }

    async #client() {
      const glue = await instance.ready();
      this.#inner ??= new glue.SmsHistoryClient(withCallback(this.#options));
      return this.#inner;
    }
  };
}

/** @param {unknown} options */
function withCallback(options) {
  if (typeof options !== "object" || options === null || !("token" in options)) return options;
  return { ...options, token: toCallback(options.token) };
}
