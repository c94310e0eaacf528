// What is shipped, and what it is made of, as tables.
import { table } from "./tables.mjs";

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

export function sizeTables({ shipped, parts }) {
  const whole = ({ script, wasm }) => kilobytes(script + wasm);
  return [
    "By brotli: the file that a bundler makes of the entry and all it needs, minified, and the WebAssembly beside it.\n",
    table(
      ["what", "JavaScript", "WebAssembly", "both"],
      shipped.map((one) => [
        one.name,
        kilobytes(one.script),
        one.wasm ? kilobytes(one.wasm) : "",
        whole(one),
      ]),
    ),
    "What the WebAssembly of the core is made of: bytes, and by how much the compressed file would be smaller without them.\n",
    table(
      ["part", "bytes", "by brotli"],
      parts.map(({ part, bytes, brotli }) => [part, bytes, kilobytes(brotli)]),
    ),
  ];
}
