import { toThrow } from "./error.js";

/**
 * A whole history as a stream of bytes: a chunk a page, read when it is asked for.
 * @param {() => Promise<{ live: import("./instance.js").Live, history: import("./instance.js").WasmExport }>} open
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
export function exportStream(open) {
  /** @type {Awaited<ReturnType<typeof open>> | undefined} */
  let reading;
  let isOver = false;
  const end = () => {
    isOver = true;
    reading?.history.end();
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          if (!reading) {
            reading = await open();
            const { live, history } = reading;
            const header = await live.run(() => history.header());
            // A stream that was cancelled meanwhile takes nothing more.
            if (isOver) return end();
            if (header.length > 0) return controller.enqueue(header);
          }
          const { live, history } = reading;
          const chunk = await live.run(() => history.next());
          if (isOver) return;
          if (chunk !== undefined) return controller.enqueue(chunk);
          // Its signal lives on, and must not keep what belongs to it.
          end();
          controller.close();
        } catch (thrown) {
          end();
          throw toThrow(thrown);
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}
