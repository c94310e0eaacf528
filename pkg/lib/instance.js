import { SmsHistoryError } from "./error.js";
import { Leftovers } from "./leftovers.js";
import { copyPage } from "./page-transfer.js";

/**
 * What wasm-bindgen generates, as far as the facade uses it.
 * @typedef {object} Classes
 * @property {new (options: unknown) => WasmClient} SmsHistoryClient
 * @property {new (options: unknown) => WasmLimiter} RateLimiter
 * @property {WasmServiceAccountClass} [ServiceAccount]
 *
 * @typedef {object} WasmClient
 * @property {(query: unknown, options: unknown) => Promise<any>} getSmsHistory
 * @property {(query: unknown, options: unknown, readBody: import("./download.js").ReadBody, stopSignal: AbortSignal) => Promise<any>}
 *   download
 * @property {(query: unknown, options: unknown) => WasmHistory} pages
 * @property {(query: unknown, options: unknown) => Promise<any>} summarize
 * @property {(query: unknown, options: unknown) => WasmExport} exportHistory
 *
 * @typedef {object} WasmHistory
 * @property {() => Promise<any>} next
 * @property {() => void} end
 *
 * @typedef {object} WasmExport
 * @property {() => Uint8Array<ArrayBuffer>} header
 * @property {() => Promise<Uint8Array<ArrayBuffer> | undefined>} next
 * @property {() => void} end
 *
 * @typedef {object} WasmLimiter
 * @property {(options: unknown) => WasmClient} client
 *
 * @typedef {object} WasmServiceAccountClass
 * @property {(credentials: unknown, options: unknown) => Promise<WasmServiceAccount>} fromCredentials
 * @property {(parts: unknown) => WasmServiceAccount} fromParts
 *
 * @typedef {object} WasmServiceAccount
 * @property {(options: unknown) => Promise<string>} mintToken
 * @property {(renew: boolean, clockSkewMs: number | undefined) => Promise<string>} bearer
 * @property {() => unknown} parts
 *
 * @typedef {(module: WebAssembly.Module, imports: object) => Classes} Instantiate
 * @typedef {() => WebAssembly.Module | Promise<WebAssembly.Module>} Load
 */

/** One instance of a build: its classes, the calls that wait for it, and whether it still works. */
export class Live {
  /** @type {Set<(reason: unknown) => void>} */
  #waiting = new Set();
  #leftovers = new Leftovers();
  /** @type {SmsHistoryError | undefined} */
  #trap;

  /**
   * @param {Instantiate} instantiate
   * @param {WebAssembly.Module} module
   */
  constructor(instantiate, module) {
    /** @readonly */
    this.classes = instantiate(module, this.#imports());
  }

  /** Whether the code has stopped unexpectedly: its memory is no longer to be trusted. */
  get isDead() {
    return this.#trap !== undefined;
  }

  /**
   * Awaits a call into the code. Should the code stop meanwhile, in whatever call, this one fails: its promise would
   * never settle.
   * @template T
   * @param {(classes: Classes) => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  run(work) {
    this.#leftovers.collect();
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      /** @param {() => void} settle */
      const end = (settle) => {
        this.#waiting.delete(reject);
        settle();
      };
      new Promise((done) => done(work(this.classes))).then(
        (value) => end(() => resolve(/** @type {T} */ (value))),
        (reason) => end(() => reject(reason)),
      );
      if (this.#trap) reject(this.#trap);
    });
  }

  /** The functions that the glue uses in place of the globals of the same names, and `copyPage`, which the Rust code imports. */
  #imports() {
    const wrap = (/** @type {WebAssembly.Exports} */ exports) => this.#guarded(exports);
    return {
      WebAssembly: {
        // By no prototype: a module from another realm, such as a test runner's, works as well.
        Module: { [Symbol.hasInstance]: () => true },
        Instance: class {
          /**
           * @param {WebAssembly.Module} module
           * @param {WebAssembly.Imports} imports
           */
          constructor(module, imports) {
            this.exports = wrap(new WebAssembly.Instance(module, imports).exports);
          }
        },
      },
      FinalizationRegistry: this.#leftovers.FinalizationRegistry,
      setTimeout: this.#leftovers.setTimeout,
      clearTimeout: this.#leftovers.clearTimeout,
      GlobalThisGetter,
      copyPage,
    };
  }

  /**
   * Wraps each exported function to notice traps. Whatever an export throws is a trap, because the library returns errors as
   * values. The wrapper does not rethrow it: timers and promise jobs call most exports, and nobody catches their errors.
   * A dead instance is not entered again.
   * @param {WebAssembly.Exports} exports
   */
  #guarded(exports) {
    return Object.fromEntries(
      Object.entries(exports).map(([name, value]) => [
        name,
        typeof value === "function" ? this.#guard(value) : value,
      ]),
    );
  }

  /** @param {Function} entry */
  #guard(entry) {
    /**
     * @param {unknown[]} parameters
     * @returns {unknown}
     */
    return (...parameters) => {
      if (!this.#trap) {
        try {
          return entry(...parameters);
        } catch (cause) {
          this.#die(cause);
        }
      }
      return NO_RESULTS;
    };
  }

  /** @param {unknown} cause */
  #die(cause) {
    this.#trap = new SmsHistoryError({
      kind: "internal",
      message:
        "the WebAssembly code stopped unexpectedly, for want of memory or by a defect of voximplant-sms-history; the " +
        "next call gets a new instance of it",
      retryable: true,
      cause,
    });
    for (const reject of this.#waiting) reject(this.#trap);
    this.#waiting.clear();
    this.#leftovers.end();
  }
}

/**
 * A WebAssembly build that is instantiated by its first use, and again after it has stopped unexpectedly.
 *
 * A load that fails is forgotten, so that the next call tries again. Where the module is at hand (Workers), nothing is
 * ever pending: a request there must not wait for a promise that another request made.
 */
export class Instance {
  #instantiate;
  #load;
  /** @type {WebAssembly.Module | undefined} */
  #module;
  /** @type {Live | undefined} */
  #live;
  /** @type {Promise<Live> | undefined} */
  #loading;

  /**
   * @param {unknown} glue the module namespace that wasm-bindgen generated
   * @param {Load} load
   */
  constructor(glue, load) {
    this.#instantiate = /** @type {{ instantiate: Instantiate }} */ (glue).instantiate;
    this.#load = load;
  }

  /** @returns {Live | Promise<Live>} */
  ready() {
    if (this.#live && !this.#live.isDead) return this.#live;
    if (this.#loading) return this.#loading;
    try {
      const module = this.#module ?? this.#load();
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
    this.#module = module;
    this.#live = new Live(this.#instantiate, module);
    return this.#live;
  }
}

/**
 * The results of an export of a dead instance. The glue reads several results by index and finds `undefined`, which it takes
 * for no error.
 */
const NO_RESULTS = Object.freeze(/** @type {unknown[]} */ ([]));

/** The glue calls it in place of `Function`, with the text `return this`. */
function GlobalThisGetter() {
  return () => globalThis;
}

/** @param {unknown} cause */
function notLoaded(cause) {
  if (cause instanceof SmsHistoryError) return cause;
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
