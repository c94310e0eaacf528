import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundle, COMPATIBILITY_DATES } from "./bundle.mjs";
import { consumer, folder } from "./environment.mjs";
import { bodyOf, rejection, SECRET } from "./helpers.mjs";

/** Tests that need a server, a bundler or the file system. */
export default function nodeOnly(QUnit, { core, edge, sandbox }) {
  const { module, test } = QUnit;

  module("redirects", () => {
    for (const status of [301, 302, 303, 307, 308]) {
      test(`${status} is not followed, and the token is not sent on`, async (assert) => {
        const seen = [];
        const target = await listen((request, response) => {
          seen.push(request.headers.authorization);
          response.end(bodyOf([]));
        });
        const server = await listen((_, response) =>
          response.writeHead(status, { location: target.url }).end(),
        );
        try {
          const client = new core.SmsHistoryClient({ token: SECRET, baseUrl: server.url });
          const error = await rejection(client.getSmsHistory());
          assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["http", status, false]);
          assert.ok(error.message.includes("redirect"));
          assert.deepEqual(seen, []);
        } finally {
          await Promise.all([server.close(), target.close()]);
        }
      });
    }
  });

  module("connections", () => {
    test("a connection that closes within the body causes a network error", async (assert) => {
      const server = await listen((_, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write('{"result":[');
        setTimeout(() => response.destroy(), 20);
      });
      try {
        const client = new core.SmsHistoryClient({ token: SECRET, baseUrl: server.url, retry: false });
        const error = await rejection(client.getSmsHistory());
        assert.deepEqual([error.kind, error.retryable], ["network", true]);
      } finally {
        await server.close();
      }
    });

    test("an aborted call closes its connection", async (assert) => {
      let closed;
      const gone = new Promise((resolve) => {
        closed = resolve;
      });
      const server = await listen((request) => {
        request.socket.on("close", closed);
        controller.abort("enough");
      });
      const controller = new AbortController();
      const client = new core.SmsHistoryClient({ token: SECRET, baseUrl: server.url });
      assert.equal(await rejection(client.getSmsHistory({}, { signal: controller.signal })), "enough");
      await gone;
      await server.close();
    });
  });

  module("exports that fail, as their receiver sees them", () => {
    const row = (id) => ({ message_id: id });
    /** Answers the first requests with pages, and the others with an error of the API. */
    const failingAfter = (pages) => {
      let requests = 0;
      return async () => {
        requests += 1;
        const rows = Array.from({ length: 100 }, (_, at) => row(requests * 100 + at));
        return requests <= pages
          ? new Response(bodyOf(rows, 500))
          : new Response('{"error":{"code":100,"msg":"Authorization failed"}}', { status: 401 });
      };
    };
    /** What a receiver gets: the status, or the failure, and the bytes before it. */
    const receive = async (url) => {
      let [status, text] = [0, ""];
      try {
        const response = await fetch(url);
        status = response.status;
        for await (const chunk of response.body) text += Buffer.from(chunk);
        return { status, text, isWhole: true };
      } catch {
        return { status, text, isWhole: false };
      }
    };

    for (const pages of [0, 2]) {
      test(`Node's http: after ${pages} pages the connection breaks off`, async (assert) => {
        const options = { token: SECRET, fetch: failingAfter(pages), concurrency: 1, retry: false };
        const client = new core.SmsHistoryClient(options);
        const server = await listen((_, response) => {
          const { body } = new Response(client.exportHistory({ count: 100 }));
          pipeline(Readable.fromWeb(body), response).catch(() => {});
        });
        try {
          const { text, isWhole } = await receive(server.url);
          assert.notOk(isWhole);
          assert.equal(text.includes("messageId"), pages > 0, text.slice(0, 50));
        } finally {
          await server.close();
        }
      });
    }

    // workerd ends the body of a failed stream as it ends a whole one, so the receiver sees only that no byte has come.
    test("workerd: a history whose first page fails gives a response without a byte", async (assert) => {
      const source = `
          import { SmsHistoryClient } from "voximplant-sms-history";
          const row = (id) => ({ message_id: id });
          const bodyOf = ${bodyOf};
          const failingAfter = ${failingAfter};
          export default {
            async fetch() {
              const options = { token: "x.y.z", fetch: failingAfter(0), concurrency: 1, retry: false };
              return new Response(new SmsHistoryClient(options).exportHistory({ count: 100 }));
            },
          };`;
      const { script, wasm } = await bundle({ source, folder, packageFolder: folder });
      const { Miniflare } = await import("miniflare");
      const worker = new Miniflare({
        cf: false,
        compatibilityDate: COMPATIBILITY_DATES[1],
        modulesRoot: "/",
        handleRuntimeStdio: () => {},
        modules: [
          { type: "ESModule", path: "/worker.mjs", contents: script },
          ...wasm.map(({ name, path }) => ({
            type: "CompiledWasm",
            path: `/${name}`,
            contents: readFileSync(path),
          })),
        ],
      });
      try {
        const { status, text } = await receive(await worker.ready);
        assert.deepEqual([status, text], [200, ""]);
      } finally {
        await worker.dispose();
      }
    });
  });

  module("packaging", () => {
    const bundled = (source, conditions = []) =>
      build({
        stdin: { contents: source, resolveDir: folder },
        bundle: true,
        minify: true,
        write: false,
        format: "esm",
        platform: "browser",
        conditions,
        logLevel: "silent",
      });
    const installed = join(folder, "node_modules/voximplant-sms-history");

    test("node client: core is far smaller than 548 KB, and can be bundled for browsers", async (assert) => {
      const result = await bundled('export { SmsHistoryClient } from "voximplant-sms-history"');
      const script = result.outputFiles[0].contents;
      assert.ok(script.length < 50_000, `${script.length} bytes of script`);
      assert.notOk(/importKey|pkcs8|PRIVATE KEY/.test(result.outputFiles[0].text), "no signing code");
    });

    test("an import that is not used costs nothing", async (assert) => {
      const result = await bundled(
        'import { SmsHistoryClient, SmsHistoryError } from "voximplant-sms-history"; console.log(1)',
      );
      assert.ok(result.outputFiles[0].contents.length < 100, result.outputFiles[0].text.slice(0, 300));
    });

    test("/edge cannot be bundled for a page, but for a Worker", async (assert) => {
      const source = 'export { ServiceAccount } from "voximplant-sms-history/edge"';
      const error = await rejection(bundled(source));
      assert.ok(
        error.message.includes('Could not resolve "./A private key must not be in a web page.'),
        error.message,
      );
      const { wasm } = await bundle({ source, folder, packageFolder: folder });
      assert.deepEqual(
        wasm.map(({ name }) => name),
        ["edge_bg.wasm"],
      );
    });

    test("require() works, even if Node cannot require modules, and errors have one class", async (assert) => {
      const script = consumer(
        `required-${process.pid}.cjs`,
        `
        const core = require("voximplant-sms-history");
        const edge = require("voximplant-sms-history/edge");
        const fetch = async () => new Response('{"result":[],"total_count":0}');
        const read = ({ SmsHistoryClient }) => new SmsHistoryClient({ token: "x.y.z", fetch }).getSmsHistory();
        Promise.all([core, edge].map(read)).then(([one, other]) =>
          console.log(one.length, other.length, core.SmsHistoryError === edge.SmsHistoryError, Object.keys(edge).sort().join()));
      `,
      );
      const names = Object.keys(edge).sort().join();
      for (const flags of [[], ["--no-experimental-require-module"]]) {
        const { stdout } = await promisify(execFile)(process.execPath, [...flags, script]);
        assert.equal(stdout, `0 0 true ${names}\n`);
      }
      const require = createRequire(script);
      assert.equal(require("voximplant-sms-history/package.json").license, "MIT OR Apache-2.0");
      assert.ok(statSync(require.resolve("voximplant-sms-history/wasm/core_bg.wasm")).size > 1000);
    });

    test('pain of "empty tarballs": the package contains all files that package.json names', async (assert) => {
      const { exports, files } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
      const named = [
        ...files,
        "README.md",
        ...Object.values(exports).flatMap((entry) => Object.values(Object(entry))),
      ].filter((path) => typeof path === "string" && path.length > 1 && !path.includes("*"));
      for (const path of named) assert.ok(statSync(join(installed, path)).size > 0, path);
    });

    test('pain of "empty tarballs": packing fails without the generated files', async (assert) => {
      const prepack = readFileSync(new URL("../../pkg/prepack.js", import.meta.url), "utf8");
      const script = consumer(`prepack-${process.pid}.mjs`, prepack);
      const { code, stderr } = await rejection(promisify(execFile)(process.execPath, [script]));
      assert.equal(code, 1);
      for (const word of ["wasm/core_bg.wasm", "cargo xtask build"]) assert.ok(stderr.includes(word), stderr);
    });

    test('pain of "CSP": no shipped file evaluates text as code or adds inline scripts', async (assert) => {
      const shipped = readdirSync(installed, { recursive: true }).filter((path) =>
        /\.([cm]?js|wasm)$/.test(path),
      );
      assert.ok(shipped.length > 30, shipped.join());
      const ofText =
        /\beval\s*\(|\bFunction\s*\(|\bset(Timeout|Interval)\(\s*["'`]|javascript:|<script|createObjectURL/;
      for (const path of shipped) {
        const [found] = ofText.exec(readFileSync(join(installed, path), "latin1")) ?? [];
        assert.strictEqual(found, undefined, path);
      }
      for (const code of ["eval(x)", "new Function ('x')", "Function(x)", 'setTimeout("x", 1)'])
        assert.ok(ofText.test(code), code);
    });

    test("the web entry fetches the wasm by URL, retries a failed load, and names its likely cause", async (assert) => {
      const { fetch } = globalThis;
      const wasm = readFileSync(join(installed, "wasm/core_bg.wasm"));
      const web = await import(pathToFileURL(join(installed, "entry/core.web.js")));
      const asked = [];
      const answers = [
        () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
        () => new Response("", { status: 404 }),
        () => Promise.reject(new TypeError("offline")),
        () => new Response(wasm, { headers: { "content-type": "text/plain" } }),
      ];
      globalThis.fetch = async (url) => {
        asked.push(new URL(url).pathname.split("/").at(-1));
        return answers[asked.length - 1]();
      };
      try {
        const client = new web.SmsHistoryClient({
          token: SECRET,
          fetch: async () => new Response(bodyOf([])),
        });
        for (const word of ["something else", "404", "offline"]) {
          const errors = await Promise.all([
            rejection(client.getSmsHistory()),
            rejection(client.getSmsHistory()),
          ]);
          for (const error of errors) {
            assert.equal(error.kind, "internal");
            assert.ok(
              error.message.includes(word) && error.message.includes("wasm-unsafe-eval"),
              error.message,
            );
          }
        }
        assert.equal((await client.getSmsHistory()).length, 0);
        assert.deepEqual(asked, Array(4).fill("core_bg.wasm"));
      } finally {
        globalThis.fetch = fetch;
      }
      assert.ok(sandbox.url);
    });
  });
}

/** Starts a server on loopback. */
async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
