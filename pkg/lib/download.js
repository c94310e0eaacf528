import { Arrival } from "./arrival.js";
import { SmsHistoryError } from "./error.js";
import { SmsHistoryFile } from "./file.js";

/**
 * A file as the WebAssembly code tells of it.
 * @typedef {{ name: string | undefined, type: string, bytes: Uint8Array }} Parts
 */

/**
 * Reads the body of a response that may be a file.
 * @callback Read
 * @param {Response} response or what a caller's `fetch` gave in its place
 * @param {Parts} parts
 * @returns {Promise<ArrayBuffer>}
 */

/**
 * A file that is handed out when it begins to arrive. An attempt that breaks off is followed by another, which goes on
 * where the first one ended, if it brings the same bytes until there.
 * @param {(read: Read, stopped: AbortSignal) => Promise<Parts>} begin
 * @returns {Promise<SmsHistoryFile>}
 */
export function download(begin) {
  return new Promise((resolve, reject) => {
    const stopped = new AbortController();
    const arrival = new Arrival(() => fail(brokenOff("its stream was cancelled")));
    /** @param {unknown} reason */
    const fail = (reason) => {
      arrival.fail(reason);
      reject(reason);
      stopped.abort();
    };
    const differs = () => fail(brokenOff("another attempt brought another file"));
    let attempts = 0;
    /** @type {Read} */
    const read = async (response, parts) => {
      attempts += 1;
      const attempt = attempts;
      // A `fetch` of the caller may give a response without a stream.
      if (typeof response.body?.getReader !== "function") return response.arrayBuffer();
      const body = [];
      let length = 0;
      /** @type {boolean | undefined} */
      let isFile;
      for await (const chunk of chunksOf(response.body)) {
        // Not every `fetch` stops when it is told to.
        if (attempt !== attempts || stopped.signal.aborted) throw new Error("over");
        isFile ??= beginsAsFile(chunk);
        body.push(chunk);
        if (isFile) {
          if (!arrival.take(chunk, length)) differs();
          resolve(new SmsHistoryFile(parts, arrival));
        }
        length += chunk.length;
      }
      return new Blob(body).arrayBuffer();
    };
    begin(read, stopped.signal).then((parts) => {
      // What was handed on while it arrived is the beginning of it, unless the last attempt differs.
      if (parts.bytes.length < arrival.length || !arrival.take(parts.bytes, 0)) return differs();
      arrival.complete();
      resolve(new SmsHistoryFile(parts, arrival));
    }, fail);
  });
}

/**
 * The chunks of a stream that are not empty. Not by its own iterator, which Safari does not have.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 */
async function* chunksOf(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    // Does nothing to a stream that is at its end.
    reader.cancel().catch(() => {});
  }
}

/**
 * Whether a body that begins so is a file for sure. JSON, by which the API says that there is none, and HTML have to be
 * looked at whole.
 * @param {Uint8Array} chunk
 */
function beginsAsFile(chunk) {
  // White space and the byte order mark of UTF-8 may come before anything.
  const first = chunk.find((byte) => ![0x09, 0x0a, 0x0c, 0x0d, 0x20, 0xef, 0xbb, 0xbf].includes(byte));
  return first !== undefined && first !== 0x7b && first !== 0x3c;
}

/** @param {string} why */
function brokenOff(why) {
  return new SmsHistoryError({
    kind: "network",
    message: `the download ended before the file was whole: ${why}`,
    retryable: true,
  });
}
