// WebAssembly whose memory can't grow far: tests that take all of it are then cheap in every engine.

const MEMORY_SECTION = 5;
/** 16 MiB: more than the code needs for a page, less than it needs for a large one. */
const MAXIMUM = 256;

/**
 * The same WebAssembly with a limit on its memory.
 * @param {Uint8Array} wasm whose one memory has no limit of its own
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function limited(wasm) {
  let at = 8;
  while (at < wasm.length) {
    const [size, content] = number(wasm, at + 1);
    if (wasm[at] === MEMORY_SECTION) {
      // How many memories, and whether the first has a limit.
      if (wasm[content] !== 1 || wasm[content + 1] !== 0)
        throw new Error("one memory without a limit is wanted");
      const [minimum] = number(wasm, content + 2);
      if (minimum >= MAXIMUM) throw new Error(`the memory begins with ${minimum} pages`);
      const body = [1, 1, ...bytesOf(minimum), ...bytesOf(MAXIMUM)];
      const section = [MEMORY_SECTION, ...bytesOf(body.length), ...body];
      return Uint8Array.from([...wasm.subarray(0, at), ...section, ...wasm.subarray(content + size)]);
    }
    at = content + size;
  }
  throw new Error("there is no memory");
}

/** A number as WebAssembly writes it (LEB128), and where it ends. */
function number(bytes, start) {
  let [value, at] = [0, start];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function bytesOf(value) {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...bytesOf(Math.floor(value / 0x80))];
}
