import {
  clearFaultsAfterEach,
  FAST_RETRY,
  recordingFetch,
  rejection,
  requestDirectly,
  SECRET,
  setFaults,
  sleep,
  tokenOf,
  until,
} from "./helpers.mjs";

const encode = (text) => new TextEncoder().encode(text);
const CSV = {
  headers: { "content-type": "text/csv", "content-disposition": 'attachment; filename="history.csv"' },
};
/** The two chunks of a file. */
const [BEGINNING, END] = ["id;status\r\n4001;1\r\n", "4002;3\r\n"];

/**
 * A fetch whose n-th response is written by the n-th function. The function gets `put`, which sends a chunk, and may return
 * an error that ends the body. The body stays open while its promise is pending. An abort ends the body.
 */
function fetchOf(...responses) {
  const fetch = recordingFetch(async (_, { signal }) => {
    const write = responses[fetch.calls.length - 1];
    const body = new ReadableStream({
      async start(controller) {
        signal.addEventListener("abort", () => controller.error(signal.reason));
        const error = await write((chunk) => controller.enqueue(encode(chunk)));
        if (signal.aborted) return;
        if (error) controller.error(error);
        else controller.close();
      },
    });
    return new Response(body, CSV);
  });
  return fetch;
}

const complete = (put) => {
  put(BEGINNING);
  put(END);
};
const truncated = (put) => {
  put(BEGINNING);
  // Later, because a stream that fails drops its queued chunks.
  return new Promise((resolve) => setTimeout(() => resolve(new TypeError("terminated")), 20));
};
const stalled = (put) => {
  put(BEGINNING);
  return new Promise(() => {});
};

/** Files that are returned while they arrive. */
export default function downloads(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;

  /** Starts a download with scripted responses. */
  async function startDownload(responses, options = {}, call = {}) {
    const fetch = fetchOf(...responses);
    const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: FAST_RETRY, ...options });
    return { fetch, file: await client.download({ output: "csv" }, call) };
  }

  module("download", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    test("the file and its first bytes are available before the last bytes arrive", async (assert) => {
      let resume;
      const paused = new Promise((resolve) => {
        resume = resolve;
      });
      const { file } = await startDownload([
        async (put) => {
          put(BEGINNING);
          await paused;
          put(END);
        },
      ]);
      assert.deepEqual([file.name, file.type], ["history.csv", "text/csv"]);
      const reader = file.body.getReader();
      assert.deepEqual((await reader.read()).value, encode(BEGINNING));
      resume();
      assert.deepEqual((await reader.read()).value, encode(END));
      assert.true((await reader.read()).done);
    });

    test("a file can be read several times, even while it arrives", async (assert) => {
      const { file } = await startDownload([complete]);
      const texts = [
        file.text(),
        new Response(file.body).text(),
        new Response(file.body).text(),
        file.text(),
      ];
      for (const text of await Promise.all(texts)) assert.equal(text, BEGINNING + END);
      assert.equal((await (await file.blob()).text()).length, BEGINNING.length + END.length);
      const bytes = await file.bytes();
      bytes.fill(0);
      assert.equal(await file.text(), BEGINNING + END, "changes of one copy do not affect the others");
    });

    test("a truncated download is repeated, and no byte is returned twice", async (assert) => {
      const { file, fetch } = await startDownload([truncated, truncated, complete]);
      assert.equal(await new Response(file.body).text(), BEGINNING + END);
      assert.equal(fetch.calls.length, 3);
    });

    test("a stalled download times out and is repeated", async (assert) => {
      const { file, fetch } = await startDownload([stalled, complete], { attemptTimeoutMs: 500 });
      assert.equal(await file.text(), BEGINNING + END);
      assert.equal(fetch.calls.length, 2);
      assert.true(fetch.calls[0].init.signal.aborted);
    });

    for (const [what, other] of [
      ["has other bytes", (put) => put(BEGINNING.replace("4001", "4009") + END)],
      ["is shorter", (put) => put(BEGINNING.slice(0, -4))],
    ]) {
      test(`a repeated download that ${what} causes an error`, async (assert) => {
        const { file, fetch } = await startDownload([truncated, other, complete]);
        const reading = rejection(new Response(file.body).text().then(() => "whole"));
        const error = await rejection(file.bytes());
        assert.deepEqual([error.kind, error.retryable], ["network", true]);
        assert.true(error.message.includes("another file"), error.message);
        assert.notEqual(await reading, "whole");
        assert.equal(fetch.calls.length, 2);
      });
    }

    test("an error that is not retried ends the file", async (assert) => {
      const { file, fetch } = await startDownload([
        truncated,
        (put) => put('{"error":{"code":105,"msg":"x"}}'),
        complete,
      ]);
      const reader = file.body.getReader();
      assert.deepEqual((await reader.read()).value, encode(BEGINNING));
      const error = await rejection(reader.read());
      assert.true(error instanceof core.SmsHistoryError);
      assert.deepEqual([error.kind, error.code], ["api", 105]);
      assert.equal(fetch.calls.length, 2);
    });

    test("after an abort, reading rejects with the signal's own reason", async (assert) => {
      const controller = new AbortController();
      const { file, fetch } = await startDownload([stalled], {}, { signal: controller.signal });
      const reader = file.body.getReader();
      await reader.read();
      controller.abort("enough");
      assert.equal(await rejection(reader.read()), "enough");
      assert.equal(await rejection(file.text()), "enough");
      assert.true(fetch.calls[0].init.signal.aborted);
    });

    test("cancelling all streams aborts the request, and none follows", async (assert) => {
      const { file, fetch } = await startDownload([stalled, complete]);
      const readers = [file.body.getReader(), file.body.getReader()];
      for (const reader of readers) await reader.read();
      await readers[0].cancel();
      assert.false(fetch.calls[0].init.signal.aborted, "another reader is active");
      await readers[1].cancel();
      await until(() => fetch.calls[0].init.signal.aborted);
      assert.true((await rejection(file.text())).message.includes("cancelled"));
      assert.equal(fetch.calls.length, 1);
    });

    test("a pending text() or bytes() counts as a reader", async (assert) => {
      let resume;
      const { file } = await startDownload([
        (put) => {
          put(BEGINNING);
          return new Promise((resolve) => {
            resume = () => {
              put(END);
              resolve();
            };
          });
        },
      ]);
      const waiting = [file.text(), file.bytes(), file.blob(), file.arrayBuffer()];
      await file.body.cancel();
      resume();
      for (const { length, size, byteLength } of await Promise.all(waiting))
        assert.equal(length ?? size ?? byteLength, BEGINNING.length + END.length);
    });

    test("accessing body without reading it creates no reader", async (assert) => {
      const { file, fetch } = await startDownload([stalled, complete]);
      assert.true(Boolean(file.body));
      const reader = file.body.getReader();
      await reader.read();
      await reader.cancel();
      await until(() => fetch.calls[0].init.signal.aborted);
      const other = await startDownload([stalled, complete]);
      await other.file.body.cancel();
      await until(() => other.fetch.calls[0].init.signal.aborted);
      assert.equal(fetch.calls.length, 1);
    });

    test("chunks of a timed-out attempt are ignored", async (assert) => {
      let resume;
      const ignoringAbort = (put) => {
        put(BEGINNING);
        resume = () => put("of another time");
        return new Promise(() => {});
      };
      const second = async (put) => {
        put(BEGINNING);
        await sleep(20);
        resume();
        // The late chunk of the first attempt arrives before this attempt continues.
        await sleep(20);
        put(END);
      };
      const responses = fetchOf(ignoringAbort, second);
      const fetch = (url, init) => responses(url, { ...init, signal: new AbortController().signal });
      const client = new core.SmsHistoryClient({
        token: SECRET,
        fetch,
        retry: FAST_RETRY,
        attemptTimeoutMs: 500,
      });
      const file = await client.download({ output: "csv" });
      assert.equal(await file.text(), BEGINNING + END);
    });

    test("a JSON array, or JSON behind a byte order mark, is never handed out as a file", async (assert) => {
      for (const [body, kind] of [
        ["[1]", "format"],
        ['\ufeff{"error":{"code":104,"msg":"x"}}', "api"],
        ['{"error":{"co', "format"],
        ["<html><body>", "format"],
        [" \r\n", "format"],
      ]) {
        const fetch = async () => new Response(body, CSV);
        const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: false });
        const error = await rejection(client.download({ output: "csv" }));
        assert.equal(error.kind, kind, body);
      }
    });

    test("a part of a file and a gateway's document are never handed out as a file", async (assert) => {
      const xml = '<?xml version="1.0"?><Error/>';
      for (const [body, type, status] of [
        [BEGINNING, "text/csv", 206],
        [xml, "application/octet-stream", 200],
        ["upstream connect error", "application/json", 200],
        [new Uint8Array([0x1f, 0x8b, 8, 0]), "text/csv", 200],
        [new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]), "text/csv", 200],
      ]) {
        const fetch = async () => new Response(body, { status, headers: { "content-type": type } });
        const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: false });
        assert.equal((await rejection(client.download({ output: "csv" }))).kind, "format", body);
      }
    });

    test("a response without a stream is read by arrayBuffer()", async (assert) => {
      const bytes = encode(BEGINNING + END);
      const fetch = async () => ({
        status: 200,
        headers: new Headers(CSV.headers),
        arrayBuffer: async () => bytes.buffer,
      });
      const file = await new core.SmsHistoryClient({ token: SECRET, fetch }).download({ output: "csv" });
      assert.deepEqual([file.name, await file.text()], ["history.csv", BEGINNING + END]);
    });

    for (const hasStream of [true, false]) {
      test(`a body shorter than its Content-Length is read again, ${hasStream ? "with" : "without"} a stream`, async (assert) => {
        const content = BEGINNING.repeat(30) + END;
        const headers = new Headers({ ...CSV.headers, "content-length": String(content.length) });
        const bodies = [content.slice(0, 300), content];
        const fetch = recordingFetch(async () => {
          const body = bodies[fetch.calls.length - 1];
          if (hasStream) return new Response(body, { headers });
          return { status: 200, headers, arrayBuffer: async () => encode(body).buffer };
        });
        const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: FAST_RETRY });
        const file = await client.download({ output: "csv" });
        assert.equal(await file.text(), content);
        assert.equal(fetch.calls.length, 2);
      });
    }

    for (const output of ["csv", "xls"]) {
      test(`1,000 messages as ${output.toUpperCase()} are complete although two responses are truncated`, async (assert) => {
        const token = await tokenOf(context);
        const query = { count: 1000, to_date: "2025-12-31 23:59:59" };
        const raw = await requestDirectly(context, token, { ...query, output });
        const expected = new Uint8Array(await raw.arrayBuffer());
        await setFaults(context, { kind: "truncate", at: "random", first: 2 });
        const fetch = recordingFetch(globalThis.fetch.bind(globalThis));
        const client = new core.SmsHistoryClient({ token, baseUrl: sandbox.url, fetch, retry: FAST_RETRY });
        const file = await client.download({ output, count: 1000, toDate: "2025-12-31 23:59:59" });
        assert.deepEqual(new Uint8Array(await new Response(file.body).arrayBuffer()), expected);
        assert.deepEqual(await file.bytes(), expected);
        assert.equal(fetch.calls.length, 3);
      });
    }
  });
}
