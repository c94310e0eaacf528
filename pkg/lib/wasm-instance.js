import { isThenable } from "./arguments.js";
import { SmsHistoryError } from "./error.js";
import { copyPage } from "./page-transfer.js";

/**
 * The classes that wasm-bindgen generates, as far as the facade uses them.
 * @typedef {object} Classes
 * @property {new (options: unknown) => WasmClient} SmsHistoryClient
 * @property {new (options: unknown) => WasmLimiter} RateLimiter
 * @property {WasmServiceAccountClass} [ServiceAccount]
 * @property {new (client: WasmClient, options: unknown) => WasmRelay} [Relay]
 *
 * @typedef {object} WasmClient
 * @property {(query: unknown, options: unknown) => Promise<any>} getSmsHistory
 * @property {(
 *   query: unknown, options: unknown, readBody: import("./download.js").ReadBody, stopSignal: AbortSignal
 * ) => Promise<any>} download
 * @property {(query: unknown, options: unknown) => WasmHistory} pages
 * @property {(query: unknown, options: unknown) => Promise<number>} count
 * @property {(
 *   n: unknown, query: unknown, options: unknown
 * ) => Promise<[pages: import("./page-transfer.js").PageParts[], indexes: number[]]>} newest
 * @property {(query: unknown, options: unknown) => Promise<[from: number, to: number, count: number][]>} spans
 * @property {(query: unknown, options: unknown) => Promise<any[]>} summarize
 * @property {(query: unknown, options: unknown) => WasmExport} exportHistory
 *
 * @typedef {object} WasmHistory
 * @property {() => Promise<any>} next
 * @property {() => void} end
 *
 * @typedef {object} WasmExport
 * @property {() => Promise<Uint8Array<ArrayBuffer> | undefined>} next
 * @property {number} rows
 * @property {number | undefined} total
 * @property {string} type
 * @property {() => void} end
 *
 * @typedef {object} WasmLimiter
 * @property {(options: unknown) => WasmClient} client
 *
 * @typedef {object} WasmRelay
 * @property {(head: (string | null)[]) => import("./relay.js").ResponseParts | undefined} check
 * @property {(head: (string | null)[], status: number, message: string) => import("./relay.js").ResponseParts} refuse
 * @property {(
 *   head: (string | null)[],
 *   form: string,
 *   allow: unknown,
 *   readBody: (response: Response) => Promise<ArrayBuffer | undefined>,
 *   signal: AbortSignal | undefined
 * ) => Promise<import("./relay.js").ResponseParts>} forward
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

/**
 * A WebAssembly build that is instantiated at its first use, and again after a trap.
 *
 * A failed load is not cached, so the next call tries again. In Workers the module is available without loading, and no promise
 * is ever pending: a request there must not await a promise of another request.
 */
export class WasmLoader {
  #instantiate;
  #load;
  /** @type {WebAssembly.Module | undefined} */
  #module;
  /** @type {WasmInstance | undefined} */
  #instance;
  /** @type {Promise<WasmInstance> | undefined} */
  #loading;

  /**
   * @param {unknown} glue the generated module (xtask/src/build/glue.rs)
   * @param {Load} load
   */
  constructor(glue, load) {
    this.#instantiate = /** @type {{ instantiate: Instantiate }} */ (glue).instantiate;
    this.#load = load;
  }

  /** @returns {WasmInstance | Promise<WasmInstance>} */
  ready() {
    if (this.#instance && !this.#instance.isDead) return this.#instance;
    if (this.#loading) return this.#loading;
    try {
      const module = this.#module ?? this.#load();
      if (!isThenable(module)) return this.#start(module);
      this.#loading = module
        .then((loaded) => this.#start(loaded))
        .catch((cause) => {
          throw loadError(cause);
        })
        .finally(() => {
          this.#loading = undefined;
        });
      return this.#loading;
    } catch (cause) {
      throw loadError(cause);
    }
  }

  /** @param {WebAssembly.Module} module */
  #start(module) {
    this.#instance = new WasmInstance(this.#instantiate, module);
    // A module that cannot be instantiated is loaded again.
    this.#module = module;
    return this.#instance;
  }
}

/** @param {unknown} cause */
function loadError(cause) {
  if (cause instanceof SmsHistoryError) return cause;
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new SmsHistoryError({
    kind: "internal",
    message:
      `WebAssembly: expected the package's .wasm file, got a failure (${reason}); deploy the file of this entry ` +
      "point and version beside the script (before Vite 8, by optimizeDeps.exclude), check that its address does not " +
      "respond with a page, and allow " +
      "'wasm-unsafe-eval' in script-src of a Content-Security-Policy",
    cause,
  });
}

/** One instance of a build: its classes, the calls that wait for it, and whether it has trapped. */
export class WasmInstance {
  /**
   * Rejects the pending calls.
   * @type {Set<(reason: unknown) => void>}
   */
  #pending = new Set();
  #resources = new InstanceResources();
  /** @type {SmsHistoryError | undefined} */
  #trap;

  /**
   * @param {Instantiate} instantiate
   * @param {WebAssembly.Module} module
   */
  constructor(instantiate, module) {
    /** @readonly */
    this.classes = instantiate(module, this.#glueImports());
  }

  /** Whether the code has trapped. Its memory may be inconsistent then. */
  get isDead() {
    return this.#trap !== undefined;
  }

  /**
   * Awaits a call into the code. If the code traps meanwhile, in any call, this call rejects, because its own promise would
   * never settle.
   * @template T
   * @param {(classes: Classes) => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  run(work) {
    this.#resources.runFinalizers();
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      /** @param {() => void} settle */
      const end = (settle) => {
        this.#pending.delete(reject);
        settle();
      };
      new Promise((done) => done(work(this.classes))).then(
        (value) => end(() => resolve(/** @type {T} */ (value))),
        (reason) => end(() => reject(reason)),
      );
      if (this.#trap) reject(this.#trap);
    });
  }

  /** Returns what the glue uses in place of globals of the same names, and `copyPage`, which the Rust code imports. */
  #glueImports() {
    const wrap = (/** @type {WebAssembly.Exports} */ exports) => this.#wrapExports(exports);
    return {
      WebAssembly: {
        // Accepts a module from another realm, such as a test runner's.
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
      FinalizationRegistry: this.#resources.FinalizationRegistry,
      setTimeout: this.#resources.setTimeout,
      clearTimeout: this.#resources.clearTimeout,
      GlobalThisGetter,
      copyPage,
    };
  }

  /**
   * Wraps each exported function to notice traps. The library returns errors as values, so every exception of an export is a
   * trap. The wrapper does not rethrow it: timers and promise jobs call most exports, and nobody catches their errors.
   * A dead instance is not entered again.
   * @param {WebAssembly.Exports} exports
   */
  #wrapExports(exports) {
    return Object.fromEntries(
      Object.entries(exports).map(([name, value]) => [
        name,
        typeof value === "function" ? this.#wrapExport(value) : value,
      ]),
    );
  }

  /** @param {Function} entry */
  #wrapExport(entry) {
    /**
     * @param {unknown[]} parameters
     * @returns {unknown}
     */
    return (...parameters) => {
      if (!this.#trap) {
        try {
          return entry(...parameters);
        } catch (cause) {
          this.#onTrap(cause);
        }
      }
      return NO_RESULTS;
    };
  }

  /** @param {unknown} cause */
  #onTrap(cause) {
    this.#trap = new SmsHistoryError({
      kind: "internal",
      message:
        "WebAssembly: expected the call to return, got a trap (out of memory, or a defect of voximplant-sms-history); the " +
        "next call gets a new instance",
      retryable: true,
      cause,
    });
    for (const reject of this.#pending) reject(this.#trap);
    this.#pending.clear();
    this.#resources.dispose();
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

/**
 * The timers and finalizers of one instance. A timer that outlives its instance would keep a process from ending.
 */
class InstanceResources {
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();
  /** @type {(() => void)[]} */
  #finalizers = [];

  /** Replaces the global class. Its callbacks wait for {@link runFinalizers}. */
  FinalizationRegistry = deferredRegistry((finalize) => this.#finalizers.push(finalize));

  /** Frees the objects that were garbage-collected. */
  runFinalizers() {
    for (const finalize of this.#finalizers.splice(0)) finalize();
  }

  /**
   * Replaces the global function.
   * @param {() => void} callback
   * @param {number} delayMs
   */
  setTimeout = (callback, delayMs) => {
    const timer = setTimeout(() => {
      // Some runtimes fire a timer that was cleared when it was already due. Its instance may be gone by then.
      if (this.#timers.delete(timer)) callback();
    }, delayMs);
    this.#timers.add(timer);
    return timer;
  };

  /**
   * Replaces the global function.
   * @param {ReturnType<typeof setTimeout>} timer
   */
  clearTimeout = (timer) => {
    this.#timers.delete(timer);
    clearTimeout(timer);
  };

  /** Clears all timers. */
  dispose() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/**
 * Creates a class like FinalizationRegistry that passes each callback to `defer`. Workers collect garbage outside of requests,
 * where a callback could trap, or wake a future of a request that is over.
 * @param {(finalize: () => void) => void} defer
 */
function deferredRegistry(defer) {
  if (typeof FinalizationRegistry === "undefined") return undefined;
  /** @param {(held: unknown) => void} callback */
  return function DeferredRegistry(callback) {
    return new FinalizationRegistry((held) => defer(() => callback(held)));
  };
}
