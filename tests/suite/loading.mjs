import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { folder, INSTALLED, wasmFile } from "./environment.mjs";

const at = (path) => pathToFileURL(join(folder, INSTALLED, path));

/** Loading the WebAssembly: entry points that fetch it, and entry points that contain it as text. */
export default function loading(QUnit) {
  const { module, test } = QUnit;

  module("loading", () => {
    const wasm = readFileSync(wasmFile("core"));
    const TYPE = "application/wasm";
    for (const [what, type, body, status, outcome] of [
      ["by its name", TYPE, wasm, 200, "streamed"],
      ["as plain bytes", "application/octet-stream", wasm, 200, "compiled"],
      [
        "with a parameter behind its name, which streaming refuses",
        `${TYPE}; charset=x`,
        wasm,
        200,
        "compiled",
      ],
      ["without a type", undefined, wasm, 200, "compiled"],
      ["and it is a page", "text/html", "<!doctype html>", 200, "answered with something else"],
      ["and it is a page by the file's name", TYPE, "<!doctype html>", 200, "magic"],
      ["and it is missing", TYPE, wasm, 404, "HTTP 404"],
    ]) {
      test(`a server sends the file ${what}: ${outcome}`, async (assert) => {
        const { loadUrl } = await import(at("lib/load/url.js"));
        const server = createServer((_, response) => {
          response.writeHead(status, type && { "content-type": type }).end(body);
        });
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { compileStreaming } = WebAssembly;
        let isStreamed = false;
        WebAssembly.compileStreaming = (response) => {
          isStreamed = true;
          return compileStreaming.call(WebAssembly, response);
        };
        try {
          const url = new URL(`http://127.0.0.1:${server.address().port}/core_bg.wasm`);
          const loaded = await loadUrl(url).catch(({ message }) => message);
          if (outcome === "streamed" || outcome === "compiled") {
            assert.ok(loaded instanceof WebAssembly.Module);
            assert.equal(isStreamed, outcome === "streamed");
          } else {
            assert.ok(String(loaded).includes(outcome), String(loaded));
          }
        } finally {
          WebAssembly.compileStreaming = compileStreaming;
          await new Promise((resolve) => server.close(resolve));
        }
      });
    }

    for (const [what, begin] of [
      ["is not answered", () => {}],
      ["stops in the middle", (response) => response.write(wasm.subarray(0, 1000))],
    ])
      for (const type of [TYPE, "application/octet-stream"])
        test(`a server ${what}, ${type}: the load fails and names the time limit`, async (assert) => {
          const { loadUrl } = await import(at("lib/load/url.js"));
          const server = createServer((_, response) => {
            response.setHeader("content-type", type);
            begin(response);
          });
          await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
          const url = new URL(`http://127.0.0.1:${server.address().port}/core_bg.wasm`);
          const error = await loadUrl(url, 200).catch((thrown) => thrown);
          assert.ok(/did not arrive within 0\.2 s/.test(error.message), error.message);
          server.closeAllConnections();
          await new Promise((resolve) => server.close(resolve));
        });

    test("in a page, the import fetches nothing and the constructor fetches the file", async (assert) => {
      const { fetch } = globalThis;
      const urls = [];
      globalThis.fetch = async (url) => {
        urls.push(String(url));
        return new Response(wasm, { headers: { "content-type": TYPE } });
      };
      globalThis.document = {};
      try {
        // The query makes it a new module, which has not loaded anything.
        const { SmsHistoryClient } = await import(`${at("entry/core.web.js")}?page`);
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.deepEqual(urls, []);
        const client = new SmsHistoryClient({ token: "t" });
        assert.deepEqual(urls, [at("wasm/core_bg.wasm").href]);
        new SmsHistoryClient({ token: "t" });
        await client.ready();
        assert.equal(urls.length, 1, "clients share the load");
      } finally {
        globalThis.fetch = fetch;
        delete globalThis.document;
      }
    });

    test("in a page, a client may be created before provideWasm() is called", async (assert) => {
      globalThis.document = {};
      try {
        const { SmsHistoryClient, provideWasm } = await import(`${at("entry/core.slim.js")}?page`);
        const client = new SmsHistoryClient({ token: "t" });
        let loads = 0;
        provideWasm(() => {
          loads += 1;
          return wasm;
        });
        await client.ready();
        new SmsHistoryClient({ token: "t" });
        assert.equal(loads, 1);
      } finally {
        delete globalThis.document;
      }
    });

    test("what the function of provideWasm() throws is not quoted, because it may hold a signed address", async (assert) => {
      const { SmsHistoryClient, provideWasm } = await import(`${at("entry/core.slim.js")}?failing`);
      const failure = new Error("GET https://cdn.example/core_bg.wasm?token=SIGNED failed");
      for (const source of [
        () => {
          throw failure;
        },
        () => Promise.reject(failure),
      ]) {
        provideWasm(source);
        const error = await new SmsHistoryClient({ token: "t" }).ready().catch((thrown) => thrown);
        assert.equal(error.kind, "internal");
        assert.notOk(`${error.stack} ${JSON.stringify(error)}`.includes("SIGNED"));
        assert.strictEqual(error.cause, failure);
      }
      provideWasm(wasm);
      await new SmsHistoryClient({ token: "t" }).ready();
    });

    test("in a worker, bytes are compiled although WebKit's compile() never settles", async (assert) => {
      const { compileBytes } = await import(at("lib/load/compile.js"));
      const { compile } = WebAssembly;
      WebAssembly.compile = () => new Promise(() => {});
      globalThis.WorkerGlobalScope = class {};
      try {
        const module = await Promise.race([compileBytes(wasm), "not settled"]);
        assert.ok(module instanceof WebAssembly.Module, String(module));
      } finally {
        WebAssembly.compile = compile;
        delete globalThis.WorkerGlobalScope;
      }
    });

    test("WebAssembly of another entry point is named, and can be replaced", async (assert) => {
      const { SmsHistoryClient, provideWasm } = await import(`${at("entry/core.slim.js")}?other`);
      provideWasm(readFileSync(wasmFile("edge")));
      const client = new SmsHistoryClient({ token: "t" });
      const error = await client.ready().catch((thrown) => thrown);
      assert.ok(error.message.includes("deploy the file of this entry point and version"), error.message);
      provideWasm(wasm);
      await client.ready();
    });

    test("text is decoded into the bytes of the file, with and without native decoders", async (assert) => {
      const [{ loadHex }, { default: text }] = [
        await import(at("lib/load/hex.js")),
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
        let decoded;
        WebAssembly.compile = async (bytes) => {
          decoded = bytes;
        };
        try {
          await loadHex(text);
        } finally {
          WebAssembly.compile = compile;
          hidden.forEach(([object, name], index) => {
            if (kept[index]) Object.defineProperty(object, name, kept[index]);
          });
        }
        const names = hidden.map(([, name]) => name).join(" and ");
        assert.ok(decoded?.length > 1000 && wanted.equals(decoded), `without ${names || "hiding any"}`);
      }
    });
  });
}
