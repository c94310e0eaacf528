import { toPublicError } from "./error.js";

/**
 * Creates the byte stream of a whole history: one chunk a page, read when the consumer asks for it.
 * @param {() => Promise<{ instance: import("./wasm-instance.js").WasmInstance, history: import("./wasm-instance.js").WasmExport }>} open
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
export function createExportStream(open) {
  /** @type {Awaited<ReturnType<typeof open>> | undefined} */
  let opened;
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    opened?.history.end();
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          if (!opened) {
            opened = await open();
            const { instance, history } = opened;
            const header = await instance.run(() => history.header());
            // The stream may have been cancelled during the wait.
            if (hasEnded) return end();
            if (header.length > 0) return controller.enqueue(header);
          }
          const { instance, history } = opened;
          const chunk = await instance.run(() => history.next());
          if (hasEnded) return;
          if (chunk !== undefined) return controller.enqueue(chunk);
          // Removes the listener from the caller's signal, which may outlive the history.
          end();
          controller.close();
        } catch (thrown) {
          end();
          throw toPublicError(thrown);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
