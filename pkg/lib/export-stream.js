import { toPublicError } from "./error.js";

/**
 * Creates the byte stream of a whole history: one chunk a page, read when the consumer asks for it. If the history fails, the
 * stream fails. If the first page fails, the stream has no bytes.
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
          const isFirst = !opened;
          opened ??= await open();
          // The stream may have been cancelled during the wait.
          if (hasEnded) return end();
          const { instance, history } = opened;
          const chunk = await instance.run(() => history.next());
          if (hasEnded) return;
          // A server sends its status with the first bytes, so the header row waits for the first page.
          const header = isFirst ? await instance.run(() => history.header()) : undefined;
          if (hasEnded) return;
          if (header?.length) controller.enqueue(header);
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
