// The tables of sizes.
import { table } from "./tables.mjs";

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

export function sizeTables({ shipped, parts }) {
  const whole = ({ script, wasm }) => kilobytes(script + wasm);
  return [
    "After brotli: the bundled and minified entry point, and the WebAssembly beside it.\n",
    table(
      ["what", "JavaScript", "WebAssembly", "both"],
      shipped.map((one) => [
        one.name,
        kilobytes(one.script),
        one.wasm ? kilobytes(one.wasm) : "",
        whole(one),
      ]),
    ),
    "The parts of the core's WebAssembly: bytes, and by how much the compressed file would be smaller without them.\n",
    table(
      ["part", "bytes", "by brotli"],
      parts.map(({ part, bytes, brotli }) => [part, bytes, kilobytes(brotli)]),
    ),
  ];
}
