import { SmsHistoryError } from "../error.js";
import { compileBytes } from "./compile.js";

/** @typedef {import("../../slim.js").WasmSource} WasmSource */

/** The WebAssembly that a caller of `/slim` passes to `provideWasm()`. */
export class WasmProvider {
  /** @type {unknown} */
  #source;

  /** @param {WasmSource} source */
  provide = (source) => {
    if (typeof source !== "function" && !isModule(source) && !isBytes(source)) {
      throw invalidSource("provideWasm");
    }
    this.#source = source;
  };

  load = () => {
    const source = typeof this.#source === "function" ? callSource(this.#source) : this.#source;
    if (source === undefined && this.#source === undefined) {
      throw new SmsHistoryError({
        kind: "invalid_options",
        message:
          "provideWasm: expected a call before the first request, got none; /slim contains no WebAssembly",
      });
    }
    return isModule(source) ? source : compile(source);
  };
}

/**
 * @param {Function} source
 * @returns {unknown}
 */
function callSource(source) {
  try {
    return source();
  } catch (cause) {
    throw failedSource(cause);
  }
}

/**
 * The error of a caller's function that failed. It does not quote the exception, which may name an address with its token.
 * @param {unknown} cause
 */
function failedSource(cause) {
  const what = cause instanceof Error ? "an exception" : "another thrown value";
  return new SmsHistoryError({
    kind: "internal",
    message: `provideWasm: expected the function to return the WebAssembly, got ${what}; its reason is in \`cause\``,
    cause,
  });
}

/** @param {unknown} source */
async function compile(source) {
  let value;
  try {
    value = await source;
  } catch (cause) {
    throw failedSource(cause);
  }
  if (isModule(value)) return value;
  if (isBytes(value)) return compileBytes(value);
  throw invalidSource("provideWasm: the function's result");
}

/** @param {string} name */
function invalidSource(name) {
  return new SmsHistoryError({
    kind: "invalid_options",
    message: `${name}: expected a WebAssembly.Module, its bytes, or a function that returns one of them; got something else`,
  });
}

// `instanceof` would reject values from another realm: a test runner's, or a frame's.

/**
 * @param {unknown} value
 * @returns {value is WebAssembly.Module}
 */
function isModule(value) {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}

/**
 * @param {unknown} value
 * @returns {value is BufferSource}
 */
function isBytes(value) {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}
