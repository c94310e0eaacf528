import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { folder, INSTALLED, wasmFile } from "./environment.mjs";

/** The WebAssembly that is inside of JavaScript, as text. */
export default function inlineText(QUnit) {
  const { module, test } = QUnit;

  module("inline", () => {
    test("text becomes the bytes of the file, whatever the runtime has for that", async (assert) => {
      const at = (path) => pathToFileURL(join(folder, INSTALLED, path));
      const [{ loadText }, { default: text }] = [
        await import(at("lib/load-text.js")),
        await import(at("wasm/core.inline.js")),
      ];
      const wanted = readFileSync(wasmFile("core"));
      const { compile } = WebAssembly;
      const ways = [
        [],
        [[Uint8Array, "fromHex"]],
        [
          [Uint8Array, "fromHex"],
          [globalThis, "Buffer"],
        ],
      ];
      for (const hidden of ways) {
        const kept = hidden.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name));
        for (const [object, name] of hidden) delete object[name];
        let given;
        WebAssembly.compile = async (bytes) => {
          given = bytes;
        };
        try {
          await loadText(text);
        } finally {
          WebAssembly.compile = compile;
          hidden.forEach(([object, name], index) => {
            if (kept[index]) Object.defineProperty(object, name, kept[index]);
          });
        }
        const names = hidden.map(([, name]) => name).join(" and ");
        assert.ok(given?.length > 1000 && wanted.equals(given), `without ${names || "hiding any"}`);
      }
    });
  });
}
