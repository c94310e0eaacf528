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
