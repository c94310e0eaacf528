import {
  clearFaultsAfterEach,
  countListeners,
  isIdle,
  rejection,
  setFaults,
  sleep,
  until,
  watchedClient,
} from "./helpers.mjs";

const QUERY = { toDate: "2025-12-31 23:59:59", count: 50 };

/** The ways to stop a history early. No request starts afterwards, and none stays in flight. */
export default function earlyExit(QUnit, context) {
  const { core } = context;
  const { module, test } = QUnit;
  const followed = (options) => watchedClient(context, options);

  module("histories that end early", (hooks) => {
    hooks.beforeEach(() => setFaults(context, { kind: "latency", ms: 25 }));
    clearFaultsAfterEach(context, hooks);

    for (const method of ["pages", "messages"]) {
      test(`break in ${method}() aborts all requests, and none follows`, async (assert) => {
        await setFaults(context, { kind: "hang", offset: 150 });
        const { client, fetch } = await followed();
        let left = method === "pages" ? 2 : 60;
        for await (const _ of client[method](QUERY)) {
          left -= 1;
          if (left === 0) break;
        }
        assert.ok(await isIdle(fetch));
        assert.ok(fetch.calls.length > 3 && fetch.calls.length <= 6, `${fetch.calls.length}`);
        assert.ok(fetch.calls.some(({ signal }) => signal.aborted));
      });

      test(`break after the first item of ${method}() leaves no request`, async (assert) => {
        const { client, fetch } = await followed();
        for await (const _ of client[method](QUERY)) break;
        assert.ok(await isIdle(fetch));
        assert.equal(fetch.calls.length, 1);
      });

      test(`return() ends a pending next() of ${method}() immediately`, async (assert) => {
        await setFaults(context, { kind: "hang", requests: [2, 99] });
        const { client, fetch } = await followed();
        const iterator = client[method](QUERY);
        const first = method === "pages" ? 1 : 50;
        for (let at = 0; at < first; at += 1) assert.notOk((await iterator.next()).done);
        const pending = [iterator.next(), iterator.next()];
        await until(() => fetch.calls.length > 1);
        assert.deepEqual(await iterator.return(), { done: true, value: undefined });
        for (const next of pending) assert.deepEqual(await next, { done: true, value: undefined });
        assert.ok(await isIdle(fetch));
        assert.deepEqual(await iterator.next(), { done: true, value: undefined });
        assert.ok(await isIdle(fetch));
      });

      test(`return() before ${method}() starts sends no request`, async (assert) => {
        const { client, fetch } = await followed();
        const iterator = client[method](QUERY);
        const pending = iterator.next();
        assert.deepEqual(await iterator.return(), { done: true, value: undefined });
        assert.deepEqual(await pending, { done: true, value: undefined });
        assert.deepEqual(await iterator.next(), { done: true, value: undefined });
        assert.ok(await isIdle(fetch));
      });

      test(`an exception in the loop over ${method}() aborts all requests`, async (assert) => {
        const { client, fetch } = await followed();
        const mine = new Error("mine");
        const consume = async () => {
          let left = method === "pages" ? 2 : 60;
          for await (const _ of client[method](QUERY)) {
            left -= 1;
            if (left === 0) throw mine;
          }
        };
        assert.strictEqual(await rejection(consume()), mine);
        assert.ok(await isIdle(fetch));
      });
    }

    const reasons = [
      ["an Error", new Error("enough")],
      ["a string", "enough"],
      ["nothing", undefined],
    ];
    /** Each brings a history to a point, and returns the next() that is pending there. The object keeps it from being awaited. */
    const points = {
      "before the start": async () => ({}),
      "during the first request": async ({ pages, fetch, set }) => {
        await set({ kind: "hang" });
        const next = pages.next();
        await until(() => fetch.calls.length === 1);
        return { next };
      },
      "while pages are prefetched": async ({ pages, fetch, set }) => {
        await set({ kind: "hang", requests: [2, 99] });
        await pages.next();
        const next = pages.next();
        await until(() => fetch.inFlight() > 1);
        return { next };
      },
      "between two pages": async ({ pages, fetch, set }) => {
        await set({ kind: "hang", offset: 150 });
        await pages.next();
        await pages.next();
        await until(() => fetch.inFlight() > 0);
        return {};
      },
      "during a body": async ({ pages, fetch, set }) => {
        await set({ kind: "hang", at: 100 });
        const next = pages.next();
        await until(() => fetch.calls.length === 1);
        await sleep(50);
        return { next };
      },
      "during the delay before a retry": async ({ pages, events, set }) => {
        await set({ kind: "503", "retry-after": 5 });
        const next = pages.next();
        await until(() => events.some(({ type }) => type === "retry"));
        return { next };
      },
    };
    for (const [point, reach] of Object.entries(points)) {
      for (const [name, reason] of reasons) {
        test(`an abort with ${name} ${point} rejects with the signal's own reason, and no request follows`, async (assert) => {
          const { client, fetch, events } = await followed();
          const controller = new AbortController();
          const pages = client.pages(QUERY, { signal: controller.signal });
          const { next } = await reach({
            pages,
            fetch,
            events,
            set: (...list) => setFaults(context, ...list),
          });
          const { length } = fetch.calls;
          controller.abort(reason);
          await sleep(0);
          assert.equal(fetch.inFlight(), 0, "aborted before the next page is requested");
          const thrown = await rejection(next ?? pages.next());
          assert.strictEqual(thrown, controller.signal.reason);
          assert.equal(thrown instanceof core.SmsHistoryError, false);
          assert.ok(await isIdle(fetch));
          assert.equal(fetch.calls.length, length);
          assert.deepEqual(await pages.next(), { done: true, value: undefined });
        });
      }
    }

    for (const left of [49, 1]) {
      test(`an abort of messages() with ${left} rows of a page left rejects with the signal's own reason, and no request follows`, async (assert) => {
        const { client, fetch } = await followed();
        const controller = new AbortController();
        const messages = client.messages(QUERY, { signal: controller.signal });
        for (let row = left; row < 50; row += 1) assert.notOk((await messages.next()).done);
        await until(() => fetch.inFlight() === 0);
        controller.abort();
        assert.strictEqual(await rejection(messages.next()), controller.signal.reason);
        assert.deepEqual(await messages.next(), { done: true, value: undefined });
        assert.ok(await isIdle(fetch));
      });
    }

    test("an abort of messages() rejects during the last page, and has no effect after the end", async (assert) => {
      const { client } = await followed();
      const [early, late] = [new AbortController(), new AbortController()];
      const read = async ({ signal }, rows) => {
        const messages = client.messages(QUERY, { signal, limit: 60 });
        for (let row = 0; row < rows; row += 1) await messages.next();
        return messages;
      };
      const [last, done] = [await read(early, 59), await read(late, 61)];
      early.abort("enough");
      late.abort("late");
      assert.equal(await rejection(last.next()), "enough");
      assert.deepEqual(await done.next(), { done: true, value: undefined });
    });

    test("an abort after the end has no effect, and many histories of one signal leave no listener", async (assert) => {
      const controller = new AbortController();
      const { signal, listeners } = countListeners(controller.signal);
      const { client } = await followed();
      for (let round = 0; round < 5; round += 1) {
        let count = 0;
        for await (const page of client.pages(QUERY, { signal, limit: 120 })) count += page.length;
        assert.equal(count, 120);
      }
      const pages = client.pages(QUERY, { signal, limit: 60 });
      await pages.next();
      await pages.return();
      for await (const _ of client.messages(QUERY, { signal, limit: 60 }));
      await new Response(client.exportHistory(QUERY, { signal, limit: 60 })).text();
      assert.equal(listeners(), 0, "no listener left");
      const done = client.pages(QUERY, { signal, limit: 10 });
      await done.next();
      assert.deepEqual(await done.next(), { done: true, value: undefined });
      controller.abort("late");
      assert.deepEqual(await done.next(), { done: true, value: undefined });
    });
  });
}
