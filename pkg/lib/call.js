import { toThrow } from "./error.js";

/**
 * Awaits a call into the WebAssembly code and throws its failures as `SmsHistoryError`.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function call(work) {
  try {
    return await work();
  } catch (thrown) {
    throw toThrow(thrown);
  }
}

/**
 * A copy of an options object, so that what the caller changes later does not change a call under way. Whatever is no
 * such object is handed on for the WebAssembly code to refuse.
 * @param {unknown} options
 * @returns {unknown}
 */
export function copy(options) {
  const isNone =
    typeof options !== "object" ||
    options === null ||
    Array.isArray(options) ||
    // A forgotten `await`, and a file that was read as bytes.
    options instanceof Promise ||
    ArrayBuffer.isView(options);
  return isNone ? options : { ...options };
}
