import { toPublicError } from "./error.js";

/**
 * @typedef {import("./wasm-instance.js").WasmExport} WasmExport
 * @typedef {() => Promise<{ instance: import("./wasm-instance.js").WasmInstance, history: WasmExport }>} Open
 * @typedef {{ resolve: (result: { rows: number }) => void, reject: (reason: unknown) => void }} Outcome
 */

/**
 * Creates the byte stream of a whole history. Nothing is read before the consumer asks for it.
 * @param {Open} open
 */
export function createExportStream(open) {
  return new HistoryFile(open).stream();
}

/**
 * Opens an export. The promise resolves when the first page has arrived.
 * @param {Open} open
 * @param {AbortSignal | undefined} signal the signal that ends the history
 * @returns {Promise<import("../index.js").HistoryExport>}
 */
export async function openExport(open, signal) {
  /** @type {Outcome | undefined} */
  let outcome;
  const done = new Promise((resolve, reject) => {
    outcome = { resolve, reject };
  });
  // It holds nothing else, because the signal may outlive a body that nobody reads.
  const onAbort = () => outcome?.reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  // A caller who only reads the body learns of a failure there.
  done.finally(() => signal?.removeEventListener("abort", onAbort)).catch(() => {});
  const file = new HistoryFile(open, outcome);
  const first = await file.read();
  const { total, type } = /** @type {WasmExport} */ (file.history);
  return { body: file.stream(first), total, type, done };
}

/** The file of a history, with one chunk a page. */
class HistoryFile {
  #open;
  #outcome;
  /** @type {Awaited<ReturnType<Open>> | undefined} */
  #opened;
  #hasEnded = false;

  /**
   * @param {Open} open
   * @param {Outcome} [outcome]
   */
  constructor(open, outcome) {
    this.#open = open;
    this.#outcome = outcome;
  }

  get history() {
    return this.#opened?.history;
  }

  /** Reads the next chunk. `undefined` after the end, and after a cancellation. */
  async read() {
    try {
      this.#opened ??= await this.#open();
      const { instance, history } = this.#opened;
      while (!this.#hasEnded) {
        const chunk = await instance.run(() => history.next());
        // The chunk of an empty page may be empty, and a stream waits for bytes.
        if (chunk?.length !== 0) return chunk;
      }
      history.end();
    } catch (thrown) {
      const error = toPublicError(thrown);
      this.#end();
      this.#outcome?.reject(error);
      throw error;
    }
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} [first] the chunk that was read already
   * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
   */
  stream(first) {
    return new ReadableStream(
      {
        pull: async (controller) => {
          const chunk = first ?? (await this.read());
          first = undefined;
          if (this.#hasEnded) return;
          if (chunk) return controller.enqueue(chunk);
          this.#end();
          controller.close();
          this.#outcome?.resolve({ rows: /** @type {WasmExport} */ (this.history).rows });
        },
        cancel: (reason) => {
          this.#end();
          this.#outcome?.reject(reason ?? new DOMException("the export was cancelled", "AbortError"));
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Ends the history. That also removes its listener from the caller's signal, which may outlive it. */
  #end() {
    this.#hasEnded = true;
    this.history?.end();
  }
}
