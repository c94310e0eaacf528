import { clearFaultsAfterEach, isIdle, setFaults, sleep, until, watchedClient } from "./helpers.mjs";

const QUERY = { toDate: "2025-12-31 23:59:59", count: 50 };

/** Histories as iterators: their order, and how far they prefetch. */
export default function iteration(QUnit, context) {
  const { core } = context;
  const { module, test } = QUnit;

  const followed = (options) => watchedClient(context, options);

  module("histories as iterators", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    test("pages() and messages() are async iterable iterators that start with the first next()", async (assert) => {
      const { client, fetch } = await followed();
      for (const iterator of [client.pages(QUERY), client.messages(QUERY)]) {
        assert.strictEqual(iterator[Symbol.asyncIterator](), iterator);
        for (const method of ["next", "return"]) assert.equal(typeof iterator[method], "function", method);
        assert.ok(await isIdle(fetch));
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

    test("concurrent calls of next() resolve in order, and to the end after the last page", async (assert) => {
      await setFaults(context, { kind: "latency", ms: "0-30", probability: 1 });
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
      test(`concurrency ${concurrency} limits the requests in flight and the pages prefetched for a slow consumer`, async (assert) => {
        await setFaults(context, { kind: "latency", ms: 15 });
        for (const [options, how] of [
          [{ concurrency }, {}],
          [{}, { concurrency }],
        ]) {
          const { client, fetch } = await followed(options);
          let delivered = 0;
          for await (const _ of client.pages(QUERY, { limit: 600, ...how })) {
            delivered += 1;
            if (delivered < 5) await sleep(40);
            assert.ok(fetch.calls.length <= delivered + concurrency, `${fetch.calls.length}, ${delivered}`);
          }
          assert.equal(delivered, 12);
          assert.equal(fetch.peak, concurrency);
        }
      });
    }

    test("the default concurrency is 4", async (assert) => {
      await setFaults(context, { kind: "latency", ms: 15 });
      const { client, fetch } = await followed();
      for await (const _ of client.pages(QUERY, { limit: 1000 }));
      assert.equal(fetch.peak, 4);
    });

    test("prefetched pages arrive while the consumer awaits something else", async (assert) => {
      const { client, fetch } = await followed();
      const pages = client.pages(QUERY);
      await pages.next();
      await pages.next();
      await until(() => fetch.inFlight() === 0);
      assert.ok(fetch.calls.length >= 4 && fetch.calls.every(({ isOver }) => isOver));
      await pages.return();
    });
  });
}
