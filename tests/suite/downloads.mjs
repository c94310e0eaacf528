import {
  clearsFaults,
  direct,
  faults,
  QUICK,
  recording,
  rejection,
  SECRET,
  sleep,
  tokenOf,
  until,
} from "./helpers.mjs";

const encode = (text) => new TextEncoder().encode(text);
const CSV = {
  headers: { "content-type": "text/csv", "content-disposition": 'attachment; filename="history.csv"' },
};
/** A file's beginning and end, of which the second is a chunk of its own. */
const [BEGINNING, END] = ["id;status\r\n4001;1\r\n", "4002;3\r\n"];

/**
 * A fetch whose n-th reply is told by the n-th function: it gets `put`, which sends a chunk, and may return what the body
 * shall break off with; a promise keeps the body open. Like the runtime's own, it ends when its signal fires.
 */
function replying(...replies) {
  const fetch = recording(async (_, { signal }) => {
    const tell = replies[fetch.calls.length - 1];
    const body = new ReadableStream({
      async start(controller) {
        signal.addEventListener("abort", () => controller.error(signal.reason));
        const trouble = await tell((chunk) => controller.enqueue(encode(chunk)));
        if (signal.aborted) return;
        if (trouble) controller.error(trouble);
        else controller.close();
      },
    });
    return new Response(body, CSV);
  });
  return fetch;
}

const whole = (put) => {
  put(BEGINNING);
  put(END);
};
const brokenOff = (put) => {
  put(BEGINNING);
  // Chunks that wait when a stream fails are lost with it.
  return new Promise((resolve) => setTimeout(() => resolve(new TypeError("terminated")), 20));
};
const standsStill = (put) => {
  put(BEGINNING);
  return new Promise(() => {});
};

/** Files, handed out while they arrive. */
export default function downloads(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;

  /** Begins a download whose replies are told. */
  async function begin(replies, options = {}, call = {}) {
    const fetch = replying(...replies);
    const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: QUICK, ...options });
    return { fetch, file: await client.download({ output: "csv" }, call) };
  }

  module("download", (hooks) => {
    clearsFaults(context, hooks);

    test("the file and its first bytes are there before the last ones", async (assert) => {
      let goOn;
      const paused = new Promise((resolve) => {
        goOn = resolve;
      });
      const { file } = await begin([
        async (put) => {
          put(BEGINNING);
          await paused;
          put(END);
        },
      ]);
      assert.deepEqual([file.name, file.type], ["history.csv", "text/csv"]);
      const reader = file.body.getReader();
      assert.deepEqual((await reader.read()).value, encode(BEGINNING));
      goOn();
      assert.deepEqual((await reader.read()).value, encode(END));
      assert.true((await reader.read()).done);
    });

    test("it can be read more than once, also while it arrives", async (assert) => {
      const { file } = await begin([whole]);
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
      assert.equal(await file.text(), BEGINNING + END, "what a reader does to its copy is its own affair");
    });

    test("an attempt that breaks off is repeated, and no byte comes twice", async (assert) => {
      const { file, fetch } = await begin([brokenOff, brokenOff, whole]);
      assert.equal(await new Response(file.body).text(), BEGINNING + END);
      assert.equal(fetch.calls.length, 3);
    });

    test("one that stands still is given up and repeated", async (assert) => {
      const { file, fetch } = await begin([standsStill, whole], { attemptTimeoutMs: 500 });
      assert.equal(await file.text(), BEGINNING + END);
      assert.equal(fetch.calls.length, 2);
      assert.true(fetch.calls[0].init.signal.aborted);
    });

    for (const [what, other] of [
      ["has other bytes", (put) => put(BEGINNING.replace("4001", "4009") + END)],
      ["is shorter", (put) => put(BEGINNING.slice(0, -4))],
    ]) {
      test(`a repeated file that ${what} is an error`, async (assert) => {
        const { file, fetch } = await begin([brokenOff, other, whole]);
        const reading = rejection(new Response(file.body).text().then(() => "whole"));
        const error = await rejection(file.bytes());
        assert.deepEqual([error.kind, error.retryable], ["network", true]);
        assert.true(error.message.includes("another file"), error.message);
        assert.notEqual(await reading, "whole");
        assert.equal(fetch.calls.length, 2);
      });
    }

    test("what ends the attempts ends the file", async (assert) => {
      const { file, fetch } = await begin([
        brokenOff,
        (put) => put('{"error":{"code":105,"msg":"x"}}'),
        whole,
      ]);
      const reader = file.body.getReader();
      assert.deepEqual((await reader.read()).value, encode(BEGINNING));
      const error = await rejection(reader.read());
      assert.true(error instanceof core.SmsHistoryError);
      assert.deepEqual([error.kind, error.code], ["api", 105]);
      assert.equal(fetch.calls.length, 2);
    });

    test("an abort meanwhile is what reading rejects with, whatever it is", async (assert) => {
      const controller = new AbortController();
      const { file, fetch } = await begin([standsStill], {}, { signal: controller.signal });
      const reader = file.body.getReader();
      await reader.read();
      controller.abort("enough");
      assert.equal(await rejection(reader.read()), "enough");
      assert.equal(await rejection(file.text()), "enough");
      assert.true(fetch.calls[0].init.signal.aborted);
    });

    test("cancelling its streams ends the request, and no other begins", async (assert) => {
      const { file, fetch } = await begin([standsStill, whole]);
      const readers = [file.body.getReader(), file.body.getReader()];
      for (const reader of readers) await reader.read();
      await readers[0].cancel();
      assert.false(fetch.calls[0].init.signal.aborted, "another one still reads");
      await readers[1].cancel();
      await until(() => fetch.calls[0].init.signal.aborted);
      assert.true((await rejection(file.text())).message.includes("cancelled"));
      assert.equal(fetch.calls.length, 1);
    });

    test("what waits for the whole file reads it, too", async (assert) => {
      let goOn;
      const { file } = await begin([
        (put) => {
          put(BEGINNING);
          return new Promise((resolve) => {
            goOn = () => {
              put(END);
              resolve();
            };
          });
        },
      ]);
      const waiting = [file.text(), file.bytes(), file.blob(), file.arrayBuffer()];
      await file.body.cancel();
      goOn();
      for (const { length, size, byteLength } of await Promise.all(waiting))
        assert.equal(length ?? size ?? byteLength, BEGINNING.length + END.length);
    });

    test("a stream that is looked at only is no reader", async (assert) => {
      const { file, fetch } = await begin([standsStill, whole]);
      assert.true(Boolean(file.body));
      const reader = file.body.getReader();
      await reader.read();
      await reader.cancel();
      await until(() => fetch.calls[0].init.signal.aborted);
      const other = await begin([standsStill, whole]);
      await other.file.body.cancel();
      await until(() => other.fetch.calls[0].init.signal.aborted);
      assert.equal(fetch.calls.length, 1);
    });

    test("a fetch that goes on with an attempt that was given up does no harm", async (assert) => {
      let goOn;
      const deaf = (put) => {
        put(BEGINNING);
        goOn = () => put("of another time");
        return new Promise(() => {});
      };
      const second = async (put) => {
        put(BEGINNING);
        await sleep(20);
        goOn();
        // The first one is heard before this one goes on.
        await sleep(20);
        put(END);
      };
      const replies = replying(deaf, second);
      const fetch = (url, init) => replies(url, { ...init, signal: new AbortController().signal });
      const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: QUICK, attemptTimeoutMs: 500 });
      const file = await client.download({ output: "csv" });
      assert.equal(await file.text(), BEGINNING + END);
    });

    test("a response without a stream is read whole", async (assert) => {
      const bytes = encode(BEGINNING + END);
      const fetch = async () => ({
        status: 200,
        headers: new Headers(CSV.headers),
        arrayBuffer: async () => bytes.buffer,
      });
      const file = await new core.SmsHistoryClient({ token: SECRET, fetch }).download({ output: "csv" });
      assert.deepEqual([file.name, await file.text()], ["history.csv", BEGINNING + END]);
    });

    for (const output of ["csv", "xls"]) {
      test(`1,000 messages as ${output.toUpperCase()}, cut off twice by the server`, async (assert) => {
        const token = await tokenOf(context);
        const query = { count: 1000, to_date: "2025-12-31 23:59:59" };
        const raw = await direct(context, token, { ...query, output });
        const expected = new Uint8Array(await raw.arrayBuffer());
        await faults(context, { kind: "truncate", at: "random", first: 2 });
        const fetch = recording(globalThis.fetch.bind(globalThis));
        const client = new core.SmsHistoryClient({ token, baseUrl: sandbox.url, fetch, retry: QUICK });
        const file = await client.download({ output, count: 1000, toDate: "2025-12-31 23:59:59" });
        assert.deepEqual(new Uint8Array(await new Response(file.body).arrayBuffer()), expected);
        assert.deepEqual(await file.bytes(), expected);
        assert.equal(fetch.calls.length, 3);
      });
    }
  });
}
