// Limits the memory of a WebAssembly module, so that tests can exhaust it cheaply in every engine.

const MEMORY_SECTION = 5;
/** 16 MiB: enough for a usual page, but not for a large one. */
const MAX_PAGES = 256;

/**
 * Returns the WebAssembly with a limit on its memory.
 * @param {Uint8Array} wasm a module with one memory that has no limit
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function limited(wasm) {
  let at = 8;
  while (at < wasm.length) {
    const [size, content] = decodeNumber(wasm, at + 1);
    if (wasm[at] === MEMORY_SECTION) {
      // The number of memories, and whether the first has a limit.
      if (wasm[content] !== 1 || wasm[content + 1] !== 0)
        throw new Error("expected one memory without a limit");
      const [minimum] = decodeNumber(wasm, content + 2);
      if (minimum >= MAX_PAGES)
        throw new Error(`expected a memory of fewer than ${MAX_PAGES} pages, got ${minimum}`);
      const body = [1, 1, ...encodeNumber(minimum), ...encodeNumber(MAX_PAGES)];
      const section = [MEMORY_SECTION, ...encodeNumber(body.length), ...body];
      return Uint8Array.from([...wasm.subarray(0, at), ...section, ...wasm.subarray(content + size)]);
    }
    at = content + size;
  }
  throw new Error("expected a memory section");
}

/** Decodes a LEB128 number. Returns it with the position of its end. */
function decodeNumber(bytes, start) {
  let [value, at] = [0, start];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function encodeNumber(value) {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...encodeNumber(Math.floor(value / 0x80))];
}
