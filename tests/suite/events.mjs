import {
  accountOf,
  bodyOf,
  clearFaultsAfterEach,
  FAST_RETRY,
  PHONE,
  ROW,
  recordingFetch,
  rejection,
  SECRET,
  setFaults,
  sleep,
  stubFetch,
  trackingFetch,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** The events that a client emits. */
export default function events(QUnit, context) {
  const { core, uncaught } = context;
  const { module, test } = QUnit;

  /** Events without the fields that differ from run to run. */
  const withoutTimes = (events) =>
    events.map((event) => {
      const { call, durationMs, delayMs, clockSkewMs, bytes, ...rest } = event;
      return rest;
    });

  module("events", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    test("a call emits its requests, responses, retries and renewals in order", async (assert) => {
      await setFaults(
        context,
        { kind: "503", requests: [1, 1] },
        { kind: "api-error", code: 2, status: 500, requests: [2, 2] },
        { kind: "api-error", code: 456, requests: [3, 3] },
        { kind: "reset", requests: [4, 4] },
      );
      const account = await accountOf(context);
      const token = ({ renew }) => account.mintToken({ ttlSeconds: renew ? 200 : 300 });
      const retry = { ...FAST_RETRY, maxAttempts: 5 };
      const { client, fetch, events: emitted } = await watchedClient(context, { token, retry });
      const page = await client.getSmsHistory({ count: 5 });
      assert.equal(page.length, 5);
      assert.deepEqual(withoutTimes(emitted), [
        { type: "request", attempt: 1 },
        { type: "response", attempt: 1, httpStatus: 503 },
        { type: "retry", attempt: 1, kind: "http", httpStatus: 503 },
        { type: "request", attempt: 2 },
        { type: "response", attempt: 2, httpStatus: 500 },
        { type: "retry", attempt: 2, kind: "api", code: 2, httpStatus: 500 },
        { type: "request", attempt: 3 },
        { type: "response", attempt: 3, httpStatus: 200 },
        { type: "tokenRenewed", code: 456, httpStatus: 200 },
        { type: "request", attempt: 3 },
        { type: "retry", attempt: 3, kind: "network" },
        { type: "request", attempt: 4 },
        { type: "response", attempt: 4, httpStatus: 200 },
      ]);
      assert.equal(fetch.calls.length, 5);
      assert.ok(emitted.every(({ call }) => call === 1));
      for (const { type, durationMs, delayMs, bytes } of emitted) {
        if (type === "response") assert.ok(bytes > 50 && durationMs >= 0 && durationMs < 5000);
        if (type === "retry") assert.ok(delayMs >= 0 && delayMs <= 2);
      }
      assert.strictEqual(Object.getPrototypeOf(emitted[0]), Object.prototype);
      assert.deepEqual(structuredClone(emitted), emitted);
    });

    test("a response event has the length and the duration of the response", async (assert) => {
      await setFaults(context, { kind: "latency", ms: 120 });
      const { client, events: emitted } = await watchedClient(context);
      await client.getSmsHistory({ count: 5 });
      const [, { durationMs }] = emitted;
      assert.ok(durationMs >= 115 && durationMs < 3000, `${durationMs} ms`);
      const body = bodyOf([ROW]);
      const small = [];
      const fetch = stubFetch(body);
      const onEvent = (event) => small.push(event);
      await new core.SmsHistoryClient({ token: SECRET, fetch, onEvent }).getSmsHistory();
      assert.equal(small[1].bytes, new TextEncoder().encode(body).length);
    });

    test("a history emits its pages with their rows, the rows read so far and the total", async (assert) => {
      const { client, events: emitted } = await watchedClient(context);
      const query = { toDate: UNTIL, count: 100 };
      const lengths = [];
      let cursor;
      for await (const page of client.pages(query, { limit: 250 })) {
        lengths.push(page.length);
        cursor = page.cursor;
      }
      for await (const page of client.pages(query, { cursor, limit: 100 })) lengths.push(page.length);
      assert.deepEqual(lengths, [100, 100, 50, 100]);
      assert.deepEqual(
        emitted.filter(({ type }) => type === "page"),
        [
          { type: "page", call: 1, rows: 100, read: 100, total: 4321 },
          { type: "page", call: 1, rows: 100, read: 200, total: 4321 },
          { type: "page", call: 1, rows: 50, read: 250, total: 4321 },
          { type: "page", call: 2, rows: 100, read: 350, total: 4321 },
        ],
      );
    });

    test("no event contains a token, a phone number or a text", async (assert) => {
      const tokens = [];
      const account = await accountOf(context);
      const token = async () => {
        tokens.push(await account.mintToken({ ttlSeconds: 300 + tokens.length }));
        return tokens.at(-1);
      };
      const thrown = Object.assign(new TypeError(`https://h/?source_number=${PHONE}`), { code: PHONE });
      const body = bodyOf([{ ...ROW, source_number: PHONE }]);
      const replies = [
        () => Promise.reject(thrown),
        () => new Response(`<html>${PHONE} ${SECRET}`, { status: 502 }),
        () => new Response(`{"error":{"code":2,"msg":"${PHONE} ${SECRET}"}}`),
        () => new Response(`{"error":{"code":456,"msg":"${PHONE} ${SECRET}"}}`),
        () => new Response(body.slice(0, -20)),
      ];
      const fetch = recordingFetch(async () =>
        (replies[fetch.calls.length - 1] ?? (() => new Response(body)))(),
      );
      const retry = { ...FAST_RETRY, maxAttempts: 9 };
      const { client, events: emitted } = await watchedClient(context, { token, fetch, retry });
      const pages = [];
      for await (const page of client.pages({ sourceNumber: PHONE, toDate: UNTIL })) pages.push(page);
      assert.equal(pages[0].at(0).text, ROW.text);
      assert.equal(emitted.filter(({ type }) => type === "retry").length, 4);
      assert.equal(tokens.length, 2);
      const all = JSON.stringify(emitted);
      for (const secret of [
        ...tokens.flatMap((token) => token.split(".")),
        SECRET,
        PHONE,
        ROW.text,
        "Привет",
      ])
        assert.notOk(all.includes(secret), secret.slice(0, 8));
      assert.notOk(/http|voximplant|GetSms/.test(all.replaceAll(/"httpStatus"|"kind":"http"/g, "")), all);
      const known = ["type", "attempt", "httpStatus", "bytes", "durationMs", "delayMs", "kind", "code"];
      known.push("clockSkewMs", "rows", "read", "total", "call");
      for (const event of emitted) assert.ok(Object.keys(event).every((key) => known.includes(key)));
    });

    for (const [how, handle] of [
      [
        "throws",
        () => {
          throw new Error("mine");
        },
      ],
      ["rejects", async () => Promise.reject(new Error("mine"))],
      ["throws nothing", () => Promise.reject()],
      ["gives something", () => ({ one: 1 })],
      [
        "returns a function with a rejected promise, as Workers' RPC does,",
        () => {
          const rejected = Promise.reject(new Error("mine"));
          // biome-ignore lint/suspicious/noThenProperty: a handler may return any thenable
          return Object.defineProperty(() => {}, "then", { value: rejected.then.bind(rejected) });
        },
      ],
    ]) {
      test(`a handler that ${how} has no effect on the call`, async (assert) => {
        await setFaults(context, { kind: "503", first: 1 });
        let count = 0;
        const onEvent = (event) => {
          count += 1;
          return handle(event);
        };
        const { client } = await watchedClient(context, { onEvent, retry: FAST_RETRY });
        assert.equal((await client.getSmsHistory({ count: 2 })).length, 2);
        let rows = 0;
        for await (const page of client.pages({ toDate: UNTIL, count: 500 })) rows += page.length;
        assert.equal(rows, 4321);
        assert.ok(count >= 5 + 3 * 9, `${count}`);
        await sleep(20);
        assert.deepEqual(uncaught, []);
      });
    }

    test("a handler may call the client, stop the history and abort the call", async (assert) => {
      const fetch = trackingFetch();
      let inner;
      let pages;
      const { client } = await watchedClient(context, {
        fetch,
        onEvent: ({ type, read }) => {
          if (type === "request" && !inner) inner = client.getSmsHistory({ count: 3 });
          if (type === "page" && read === 100) pages.return();
        },
      });
      pages = client.pages({ toDate: UNTIL, count: 50 });
      const lengths = [];
      for await (const page of pages) lengths.push(page.length);
      assert.ok(lengths.length <= 2, `${lengths}`);
      assert.equal((await inner).length, 3);
      const controller = new AbortController();
      const aborting = await watchedClient(context, { onEvent: () => controller.abort("enough") });
      const call = aborting.client.getSmsHistory({ count: 3 }, { signal: controller.signal });
      assert.equal(await rejection(call), "enough");
    });

    test("without a handler, or with undefined, calls work and emit nothing", async (assert) => {
      const { client, events: emitted } = await watchedClient(context, { onEvent: undefined });
      assert.equal((await client.getSmsHistory({ count: 2 })).length, 2);
      assert.deepEqual(emitted, []);
    });
  });
}
