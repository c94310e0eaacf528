import { SmsHistoryError } from "./error.js";

/**
 * What wasm-bindgen generates, as far as the facade uses it.
 * @typedef {object} Glue
 * @property {(input: { module: WebAssembly.Module }) => unknown} initSync
 * @property {new (options: unknown) => WasmClient} SmsHistoryClient
 * @property {{ fromCredentials(credentials: unknown, options: unknown): Promise<WasmServiceAccount> }} [ServiceAccount]
 *
 * @typedef {object} WasmClient
 * @property {(query: unknown, options: unknown) => Promise<any>} getSmsHistory
 * @property {(query: unknown, options: unknown) => Promise<any>} download
 *
 * @typedef {object} WasmServiceAccount
 * @property {(options: unknown) => Promise<string>} mintToken
 * @property {(renew: boolean) => Promise<string>} bearer
 */

/**
 * A WebAssembly build that is instantiated by its first use, once.
 *
 * A load that fails is forgotten, so that the next call tries again. Where the module is at hand (Workers), nothing is
 * ever pending: a request there must not wait for a promise that another request made.
 */
export class Instance {
  #glue;
  #load;
  #ready = false;
  /** @type {Promise<Glue> | undefined} */
  #loading;

  /**
   * @param {unknown} glue the module namespace that wasm-bindgen generated
   * @param {() => WebAssembly.Module | Promise<WebAssembly.Module>} load
   */
  constructor(glue, load) {
    this.#glue = /** @type {Glue} */ (glue);
    this.#load = load;
  }

  /** @returns {Glue | Promise<Glue>} */
  ready() {
    if (this.#ready) return this.#glue;
    if (this.#loading) return this.#loading;
    try {
      const module = this.#load();
      if (!(module instanceof Promise)) return this.#start(module);
      this.#loading = module
        .then((loaded) => this.#start(loaded))
        .catch((cause) => {
          throw notLoaded(cause);
        })
        .finally(() => {
          this.#loading = undefined;
        });
      return this.#loading;
    } catch (cause) {
      throw notLoaded(cause);
    }
  }

  /** @param {WebAssembly.Module} module */
  #start(module) {
    this.#glue.initSync({ module });
    this.#ready = true;
    return this.#glue;
  }
}

/** @param {unknown} cause */
function notLoaded(cause) {
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new SmsHistoryError({
    kind: "internal",
    message:
      `the package's WebAssembly file could not be loaded (${why}). Check that the .wasm file is deployed beside the ` +
      "script, that its address answers with the file and not with a page, and that a Content-Security-Policy allows " +
      "'wasm-unsafe-eval' in script-src",
    cause,
  });
}
