import { SmsHistoryError } from "./error.js";

/** @typedef {import("../slim.js").WasmSource} WasmSource */

/** The WebAssembly that the caller brings. */
export class Provided {
  /** @type {unknown} */
  #source;

  /** @param {WasmSource} source */
  provide = (source) => {
    if (typeof source !== "function" && !isModule(source) && !isBytes(source)) throw refused("provideWasm");
    this.#source = source;
  };

  load = () => {
    const source = typeof this.#source === "function" ? this.#source() : this.#source;
    if (source === undefined && this.#source === undefined) {
      throw new SmsHistoryError({
        kind: "invalid_options",
        message:
          "the entry point /slim has no WebAssembly of its own: call provideWasm() before the first call",
      });
    }
    return isModule(source) ? source : compiled(source);
  };
}

/** @param {unknown} source */
async function compiled(source) {
  const given = await source;
  if (isModule(given)) return given;
  if (isBytes(given)) return WebAssembly.compile(given);
  throw refused("provideWasm: what the function gave");
}

/** @param {string} what */
function refused(what) {
  return new SmsHistoryError({
    kind: "invalid_options",
    message: `${what}: a WebAssembly.Module, its bytes, or a function that gives one of them is wanted`,
  });
}

// Not by instanceof: what comes from another realm (a test runner's, a frame's) is as good.

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
