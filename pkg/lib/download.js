import { lostReceiver, SmsHistoryError } from "./error.js";

/**
 * A file as the WebAssembly hands it over.
 * @typedef {{ name: string | undefined, type: string, bytes: Uint8Array }} FileParts
 */

/**
 * Reads the body of a response that may be a file.
 * @callback ReadBody
 * @param {Response} response or the object that a caller's `fetch` returned in its place
 * @param {FileParts} parts
 * @returns {Promise<ArrayBuffer>}
 */

/**
 * Downloads a file and resolves when its first bytes arrive. If an attempt breaks off, the next one continues where it ended,
 * provided that it brings the same bytes up to there.
 * @param {(readBody: ReadBody, stopSignal: AbortSignal) => Promise<FileParts>} begin
 * @returns {Promise<SmsHistoryFile>}
 */
export function download(begin) {
  return new Promise((resolve, reject) => {
    const stopController = new AbortController();
    const buffer = new ReplayBuffer(() => fail(incompleteFile("its stream was cancelled")));
    /** @param {unknown} reason */
    const fail = (reason) => {
      buffer.fail(reason);
      reject(reason);
      stopController.abort();
    };
    const failAsChanged = () => fail(incompleteFile("another attempt returned another file"));
    let attempts = 0;
    /** @type {ReadBody} */
    const readBody = async (response, parts) => {
      attempts += 1;
      const attempt = attempts;
      // A caller's `fetch` may return a response without a stream.
      if (typeof response.body?.getReader !== "function") {
        const bytes = await response.arrayBuffer();
        throwIfCutOff(response, bytes.byteLength);
        return bytes;
      }
      const body = [];
      let length = 0;
      /** @type {boolean | undefined} */
      let isFile;
      for await (const chunk of readChunks(response.body)) {
        // A caller's `fetch` may ignore its signal and go on sending.
        if (attempt !== attempts || stopController.signal.aborted) throw new Error("the attempt has ended");
        isFile ??= startsLikeFile(chunk);
        body.push(chunk);
        if (isFile) {
          if (!buffer.append(chunk, length)) failAsChanged();
          resolve(new SmsHistoryFile(parts, buffer));
        }
        length += chunk.length;
      }
      throwIfCutOff(response, length);
      return new Blob(body).arrayBuffer();
    };
    begin(readBody, stopController.signal).then((parts) => {
      // The bytes that were already handed out must be the beginning of the file.
      if (parts.bytes.length < buffer.length || !buffer.append(parts.bytes, 0)) return failAsChanged();
      buffer.complete();
      resolve(new SmsHistoryFile(parts, buffer));
    }, fail);
  });
}

/** A CSV or XLS response. See index.d.ts. */
export class SmsHistoryFile {
  #buffer;

  /**
   * @param {{ name: string | undefined, type: string }} parts
   * @param {ReplayBuffer} buffer
   */
  constructor(parts, buffer) {
    /** @readonly */
    this.name = parts.name;
    /** @readonly */
    this.type = parts.type;
    this.#buffer = buffer;
  }

  /**
   * @param {unknown} receiver
   * @param {string} method
   */
  static #bufferOf(receiver, method) {
    if (typeof receiver !== "object" || receiver === null || !(#buffer in receiver))
      throw lostReceiver("file", method, receiver, SmsHistoryFile);
    return receiver.#buffer;
  }

  get [Symbol.toStringTag]() {
    return "SmsHistoryFile";
  }

  get body() {
    return SmsHistoryFile.#bufferOf(this, "body").stream();
  }

  async arrayBuffer() {
    return (await SmsHistoryFile.#bufferOf(this, "arrayBuffer").readAll()).buffer;
  }

  async bytes() {
    return SmsHistoryFile.#bufferOf(this, "bytes").readAll();
  }

  async text() {
    return new TextDecoder().decode(await SmsHistoryFile.#bufferOf(this, "text").readAll());
  }

  async blob() {
    return new Blob([await SmsHistoryFile.#bufferOf(this, "blob").readAll()], { type: this.type });
  }
}

/**
 * A growing byte buffer that any number of readers read from the start. It compares the bytes of a further attempt with those
 * it has. A file of the API has at most 1,000 messages, so all bytes are kept.
 */
class ReplayBuffer {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  /**
   * Set once the buffer is complete or has failed.
   * @type {{ failure?: { reason: unknown } } | undefined}
   */
  #end;
  #readers = 0;
  #onUnread;
  /**
   * Resolves at the next change.
   * @type {Promise<void>}
   */
  #change;
  /** Resolves `#change`. */
  #resolveChange = ignore;

  /** @param {() => void} onUnread called when the last reader has cancelled */
  constructor(onUnread) {
    this.#onUnread = onUnread;
    this.#change = this.#nextChange();
  }

  get length() {
    return this.#length;
  }

  /**
   * Appends bytes that begin at an offset. Bytes that overlap with the buffer must be equal.
   * @param {Uint8Array} chunk
   * @param {number} offset at most the buffer's length
   * @returns {boolean} whether they are equal
   */
  append(chunk, offset) {
    const overlap = Math.min(chunk.length, this.#length - offset);
    for (let index = 0; index < overlap; index += 1) {
      if (chunk[index] !== this.#bytes[offset + index]) return false;
    }
    const length = Math.max(this.#length, offset + chunk.length);
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, offset);
    this.#length = length;
    this.#notify();
    return true;
  }

  complete() {
    this.#finish({});
  }

  /** @param {unknown} reason */
  fail(reason) {
    this.#finish({ failure: { reason } });
  }

  /** Waits until the buffer is complete and returns a copy. */
  async readAll() {
    this.#readers += 1;
    while (!this.#end) await this.#change;
    this.#throwFailure();
    return this.#bytes.slice(0, this.#length);
  }

  /**
   * Streams the bytes from the start, as they arrive. The stream counts as a reader from its first read on, because callers
   * that only check for a stream do not cancel it.
   * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
   */
  stream() {
    let offset = 0;
    let isReader = false;
    return new ReadableStream(
      {
        pull: async (controller) => {
          if (!isReader) this.#readers += 1;
          isReader = true;
          while (offset === this.#length && !this.#end) await this.#change;
          if (offset < this.#length) {
            controller.enqueue(this.#bytes.slice(offset, this.#length));
            offset = this.#length;
          } else {
            this.#throwFailure();
            controller.close();
          }
        },
        cancel: () => {
          if (isReader) this.#readers -= 1;
          if (this.#readers === 0) this.#onUnread();
        },
      },
      { highWaterMark: 0 },
    );
  }

  #throwFailure() {
    if (this.#end?.failure) throw this.#end.failure.reason;
  }

  /** @param {{ failure?: { reason: unknown } }} end */
  #finish(end) {
    this.#end ??= end;
    this.#notify();
  }

  #notify() {
    this.#resolveChange();
    this.#change = this.#nextChange();
  }

  /** @returns {Promise<void>} */
  #nextChange() {
    return new Promise((resolve) => {
      this.#resolveChange = resolve;
    });
  }
}

function ignore() {}

/**
 * Yields the chunks of a stream that are not empty. Safari's streams have no async iterator.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} stream
 */
async function* readChunks(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    // Has no effect on a stream that has ended.
    reader.cancel().catch(ignore);
  }
}

/**
 * Throws if a body is shorter than its `Content-Length`. WebKit may end a stream without an error when the connection closes
 * early (WebKitGTK 2.50 does after `Connection: close`).
 * @param {Response} response
 * @param {number} length of the decoded body
 */
export function throwIfCutOff(response, length) {
  const declared = Number(response.headers?.get?.("content-length") ?? 0);
  // Only a response of the same origin shows whether its body was compressed. Compression adds at most this overhead.
  const isExact = response.type === "basic" && !response.headers.has("content-encoding");
  const overhead = isExact ? 0 : 64 + length / 1024;
  if (declared > length + overhead) throw new TypeError("the connection closed before the end of the body");
}

/**
 * Whether a body that starts with these bytes is certainly a file. JSON (an error of the API), HTML, gzip and zstd must be read
 * whole before they can be told from one.
 * @param {Uint8Array} chunk
 */
function startsLikeFile(chunk) {
  // White space and the UTF-8 byte order mark may precede any of them.
  const first = chunk.find((byte) => ![0x09, 0x0a, 0x0c, 0x0d, 0x20, 0xef, 0xbb, 0xbf].includes(byte));
  return first !== undefined && ![0x7b, 0x5b, 0x3c, 0x1f, 0x28].includes(first);
}

/** @param {string} reason */
function incompleteFile(reason) {
  return new SmsHistoryError({
    kind: "network",
    message: `download: expected the complete file, got a part of it because ${reason}; try again`,
    retryable: true,
  });
}
