import { clearsFaults, faults, following, isQuiet, rejection, sleep, tokenOf, until } from "./helpers.mjs";

const QUERY = { toDate: "2025-12-31 23:59:59", count: 50 };

/** Histories as iterators: order, prefetch, and all the ways in which one ends before its end. */
export default function iteration(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;

  /** A client whose requests are followed to their ends. */
  async function followed(options) {
    const fetch = following();
    const token = await tokenOf(context);
    return { fetch, client: new core.SmsHistoryClient({ token, baseUrl: sandbox.url, fetch, ...options }) };
  }

  module("histories as iterators", (hooks) => {
    clearsFaults(context, hooks);

    test("pages() and messages() are async iterable iterators that begin with the first next()", async (assert) => {
      const { client, fetch } = await followed();
      for (const iterator of [client.pages(QUERY), client.messages(QUERY)]) {
        assert.strictEqual(iterator[Symbol.asyncIterator](), iterator);
        for (const method of ["next", "return"]) assert.equal(typeof iterator[method], "function", method);
        assert.ok(await isQuiet(fetch));
      }
      assert.equal(fetch.calls.length, 0);
      const pages = client.pages(QUERY);
      const promise = pages.next();
      assert.ok(promise instanceof Promise);
      const { done, value } = await promise;
      assert.deepEqual([done, value.length], [false, 50]);
      assert.ok(value instanceof core.SmsHistoryPage);
      const { value: message } = await client.messages(QUERY).next();
      assert.deepEqual(message, value.at(0));
    });

    test("calls of next() at the same time are served in order, and after the end with the end", async (assert) => {
      await faults(context, { kind: "latency", ms: "0-30", probability: 1 });
      const { client } = await followed();
      const ids = [];
      for await (const page of client.pages(QUERY, { limit: 400 })) ids.push([...page.column("messageId")]);
      const pages = client.pages(QUERY, { limit: 400 });
      const results = await Promise.all(Array.from({ length: 11 }, () => pages.next()));
      assert.deepEqual(
        results.slice(0, 8).map(({ value }) => [...value.column("messageId")]),
        ids,
      );
      for (const result of results.slice(8)) assert.deepEqual(result, { done: true, value: undefined });
      const messages = client.messages(QUERY, { limit: 120 });
      const rows = await Promise.all(Array.from({ length: 122 }, () => messages.next()));
      assert.deepEqual(
        rows.map(({ value }) => value?.messageId),
        [...ids.flat().slice(0, 120), undefined, undefined],
      );
    });

    if (Array.fromAsync) {
      test("Array.fromAsync reads a history", async (assert) => {
        const { client } = await followed();
        const pages = await Array.fromAsync(client.pages(QUERY, { limit: 130 }));
        assert.deepEqual(
          pages.map(({ length }) => length),
          [50, 50, 30],
        );
        assert.equal((await Array.fromAsync(client.messages(QUERY, { limit: 130 }))).length, 130);
      });
    }

    for (const concurrency of [1, 2, 4, 6]) {
      test(`concurrency ${concurrency}: so many requests at once, and a slow consumer has no more ahead`, async (assert) => {
        await faults(context, { kind: "latency", ms: 15 });
        for (const [options, how] of [
          [{ concurrency }, {}],
          [{}, { concurrency }],
        ]) {
          const { client, fetch } = await followed(options);
          let delivered = 0;
          for await (const _ of client.pages(QUERY, { limit: 1000, ...how })) {
            delivered += 1;
            if (delivered < 5) await sleep(40);
            assert.ok(fetch.calls.length <= delivered + concurrency, `${fetch.calls.length}, ${delivered}`);
          }
          assert.equal(delivered, 20);
          assert.equal(fetch.peak, concurrency);
        }
      });
    }

    test("the concurrency is 4 unless said otherwise", async (assert) => {
      await faults(context, { kind: "latency", ms: 15 });
      const { client, fetch } = await followed();
      for await (const _ of client.pages(QUERY, { limit: 1000 }));
      assert.equal(fetch.peak, 4);
    });

    test("pages that are read ahead arrive while the consumer is busy with something else", async (assert) => {
      const { client, fetch } = await followed();
      const pages = client.pages(QUERY);
      await pages.next();
      await pages.next();
      await until(() => fetch.underWay() === 0);
      assert.ok(fetch.calls.length >= 4 && fetch.calls.every(({ isOver }) => isOver));
      await pages.return();
    });
  });

  module("histories that end early", (hooks) => {
    hooks.beforeEach(() => faults(context, { kind: "latency", ms: 25 }));
    clearsFaults(context, hooks);

    for (const method of ["pages", "messages"]) {
      test(`break in ${method}() ends all requests, and none starts after`, async (assert) => {
        const { client, fetch } = await followed();
        let left = method === "pages" ? 2 : 60;
        for await (const _ of client[method](QUERY)) {
          left -= 1;
          if (left === 0) break;
        }
        assert.ok(await isQuiet(fetch));
        assert.ok(fetch.calls.length > 2 && fetch.calls.length <= 6, `${fetch.calls.length}`);
        assert.ok(fetch.calls.some(({ signal }) => signal.aborted));
      });

      test(`break after the first of ${method}() leaves nothing behind`, async (assert) => {
        const { client, fetch } = await followed();
        for await (const _ of client[method](QUERY)) break;
        assert.ok(await isQuiet(fetch));
        assert.equal(fetch.calls.length, 1);
      });

      test(`return() while a next() of ${method}() is pending ends both at once`, async (assert) => {
        await faults(context, { kind: "hang", requests: [2, 99] });
        const { client, fetch } = await followed();
        const iterator = client[method](QUERY);
        const first = method === "pages" ? 1 : 50;
        for (let at = 0; at < first; at += 1) assert.notOk((await iterator.next()).done);
        const pending = [iterator.next(), iterator.next()];
        await until(() => fetch.calls.length > 1);
        assert.deepEqual(await iterator.return(), { done: true, value: undefined });
        for (const next of pending) assert.deepEqual(await next, { done: true, value: undefined });
        assert.ok(await isQuiet(fetch));
        assert.deepEqual(await iterator.next(), { done: true, value: undefined });
        assert.ok(await isQuiet(fetch));
      });

      test(`return() before the first next() of ${method}() begins nothing`, async (assert) => {
        const { client, fetch } = await followed();
        const iterator = client[method](QUERY);
        const pending = iterator.next();
        assert.deepEqual(await iterator.return(), { done: true, value: undefined });
        assert.deepEqual(await pending, { done: true, value: undefined });
        assert.deepEqual(await iterator.next(), { done: true, value: undefined });
        assert.ok(await isQuiet(fetch));
      });

      test(`an exception of ${method}()'s consumer ends all requests`, async (assert) => {
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
        assert.ok(await isQuiet(fetch));
      });
    }

    const reasons = [
      ["an Error", new Error("enough")],
      ["a string", "enough"],
      ["nothing", undefined],
    ];
    /** Each brings a history to a point, and gives the next() that is pending there: in an object, to be not awaited. */
    const points = {
      "before the start": async () => ({}),
      "during the first request": async ({ pages, fetch }) => {
        const next = pages.next();
        await until(() => fetch.calls.length === 1);
        return { next };
      },
      "while pages are read ahead": async ({ pages, fetch }) => {
        await pages.next();
        const next = pages.next();
        await until(() => fetch.underWay() > 1);
        return { next };
      },
      "between two pages": async ({ pages, fetch }) => {
        await pages.next();
        await pages.next();
        await until(() => fetch.underWay() > 0);
        return {};
      },
      "during a body": async ({ pages, fetch, set }) => {
        await set({ kind: "hang", at: 100 });
        const next = pages.next();
        await until(() => fetch.calls.length === 1);
        await sleep(50);
        return { next };
      },
      "during the wait before another attempt": async ({ pages, events, set }) => {
        await set({ kind: "503", "retry-after": 5 });
        const next = pages.next();
        await until(() => events.some(({ type }) => type === "retry"));
        return { next };
      },
    };
    for (const [point, reach] of Object.entries(points)) {
      for (const [name, reason] of reasons) {
        test(`an abort with ${name} ${point}: the signal's own reason, and silence`, async (assert) => {
          const events = [];
          const { client, fetch } = await followed({ onEvent: (event) => events.push(event) });
          const controller = new AbortController();
          const pages = client.pages(QUERY, { signal: controller.signal });
          const { next } = await reach({ pages, fetch, events, set: (...list) => faults(context, ...list) });
          const { length } = fetch.calls;
          controller.abort(reason);
          await sleep(0);
          assert.equal(fetch.underWay(), 0, "ended before anybody asks for the next page");
          const thrown = await rejection(next ?? pages.next());
          assert.strictEqual(thrown, controller.signal.reason);
          assert.equal(thrown instanceof core.SmsHistoryError, false);
          assert.ok(await isQuiet(fetch));
          assert.equal(fetch.calls.length, length);
          assert.deepEqual(await pages.next(), { done: true, value: undefined });
        });
      }
    }

    test("an abort after the end changes nothing, and one signal serves many histories", async (assert) => {
      const controller = new AbortController();
      let listeners = 0;
      const signal = new Proxy(controller.signal, {
        get(target, name) {
          const value = target[name];
          if (typeof value !== "function") return value;
          return (...parameters) => {
            if (name === "addEventListener") listeners += 1;
            if (name === "removeEventListener") listeners -= 1;
            return value.apply(target, parameters);
          };
        },
      });
      const { client } = await followed();
      for (let round = 0; round < 5; round += 1) {
        let count = 0;
        for await (const page of client.pages(QUERY, { signal, limit: 120 })) count += page.length;
        assert.equal(count, 120);
      }
      const pages = client.pages(QUERY, { signal, limit: 60 });
      await pages.next();
      await pages.return();
      assert.equal(listeners, 0, "no listener stays behind");
      const done = client.pages(QUERY, { signal, limit: 10 });
      await done.next();
      assert.deepEqual(await done.next(), { done: true, value: undefined });
      controller.abort("late");
      assert.deepEqual(await done.next(), { done: true, value: undefined });
    });
  });
}
