import {
  clearFaultsAfterEach,
  FAST_RETRY,
  isIdle,
  rejection,
  setFaults,
  sleep,
  UNTIL,
  until,
  watchedClient,
} from "./helpers.mjs";

/** Rate limits, which clients may share. */
export default function limits(QUnit, context) {
  const { core, edge } = context;
  const { module, test } = QUnit;
  const { RateLimiter } = core;

  const times = (fetches) => fetches.flatMap(({ calls }) => calls.map(({ at }) => at)).sort((a, b) => a - b);

  module("limits", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    test("requestsPerSecond limits two clients together", async (assert) => {
      const limiter = new RateLimiter({ requestsPerSecond: 40 });
      const [one, other] = [
        await watchedClient(context, { limiter }),
        await watchedClient(context, { limiter }),
      ];
      const began = Date.now();
      const calls = [one, other].flatMap(({ client }) =>
        Array.from({ length: 8 }, (_, offset) => client.getSmsHistory({ count: 1, offset })),
      );
      assert.equal((await Promise.all(calls)).length, 16);
      // The first starts at once, and fifteen more every 25 ms. Timers may fire slightly early, and much too late.
      const starts = times([one.fetch, other.fetch]);
      assert.deepEqual(
        starts.filter((start, number) => start < began + number * 25 - 5),
        [],
      );
      assert.ok(starts.at(-1) - began < 4000, `${starts.at(-1) - began} ms`);
    });

    test("maxInFlight limits two clients together", async (assert) => {
      await setFaults(context, { kind: "latency", ms: 20 });
      const limiter = new RateLimiter({ maxInFlight: 3 });
      const one = await watchedClient(context, { limiter });
      const other = await watchedClient(context, { limiter, fetch: one.fetch });
      const calls = [one, other].flatMap(({ client }) =>
        Array.from({ length: 7 }, (_, offset) => client.getSmsHistory({ count: 1, offset })),
      );
      await Promise.all(calls);
      assert.equal(one.fetch.calls.length, 14);
      assert.equal(one.fetch.peak, 3);
    });

    test("a history respects the limit", async (assert) => {
      await setFaults(context, { kind: "latency", ms: 10 });
      const { client, fetch } = await watchedClient(context, { limiter: { maxInFlight: 2 }, concurrency: 6 });
      let rows = 0;
      for await (const page of client.pages({ toDate: UNTIL, count: 400 })) rows += page.length;
      assert.equal(rows, 4321);
      assert.equal(fetch.peak, 2);
    });

    test("a call that fails, is aborted or times out releases its permit", async (assert) => {
      await setFaults(context, { kind: "404", requests: [1, 1] }, { kind: "hang", offset: 9 });
      const limiter = new RateLimiter({ maxInFlight: 1 });
      const { client, fetch } = await watchedClient(context, { limiter, retry: false });
      const options = { limiter, retry: false, fetch, attemptTimeoutMs: 100 };
      const { client: hasty } = await watchedClient(context, options);
      assert.equal((await rejection(client.getSmsHistory({ count: 1 }))).kind, "http");
      assert.equal((await rejection(hasty.getSmsHistory({ offset: 9 }))).kind, "timeout");
      const controller = new AbortController();
      const ended = rejection(client.getSmsHistory({ offset: 9 }, { signal: controller.signal }));
      const waiting = client.getSmsHistory({ count: 2 });
      await sleep(40);
      assert.equal(fetch.calls.length, 3, "the other one waits");
      controller.abort("enough");
      assert.equal(await ended, "enough");
      assert.equal((await waiting).length, 2);
    });

    test("an abort ends the wait for a permit, and no request follows", async (assert) => {
      const limiter = new RateLimiter({ requestsPerSecond: 0.5 });
      const { client, fetch } = await watchedClient(context, { limiter });
      await client.getSmsHistory({ count: 1 });
      const controller = new AbortController();
      const ended = rejection(client.getSmsHistory({ count: 1 }, { signal: controller.signal }));
      await sleep(20);
      controller.abort("enough");
      assert.equal(await ended, "enough");
      assert.ok(await isIdle(fetch));
      assert.equal(fetch.calls.length, 1);
    });

    test("HTTP 429, even without Retry-After, and the API's error 340 pause and slow down all clients of a limiter", async (assert) => {
      await setFaults(
        context,
        { kind: "429", "retry-after": 1, requests: [1, 1] },
        { kind: "429", requests: [2, 2] },
        { kind: "api-error", code: 340, "retry-after": 1, requests: [3, 3] },
      );
      const slowed = [];
      for (const _ of [1, 2, 3]) {
        const limiter = new RateLimiter({ requestsPerSecond: 40 });
        const one = await watchedClient(context, { limiter, retry: FAST_RETRY });
        const other = await watchedClient(context, { limiter, retry: FAST_RETRY });
        const first = one.client.getSmsHistory({ count: 1 });
        await until(() => one.events.some(({ type }) => type === "retry"));
        const pages = Array.from({ length: 4 }, () => other.client.getSmsHistory({ count: 1 }));
        slowed.push({ one, other, all: [first, ...pages] });
      }
      for (const { one, other, all } of slowed) {
        await Promise.all(all);
        const starts = times([one.fetch, other.fetch]);
        assert.equal(starts.length, 6);
        // The pause begins with the response, which is later than the request.
        assert.ok(starts[1] - starts[0] >= 990, `${starts[1] - starts[0]} ms`);
        // From 40 a second to 20; the successes make it faster again. Not from starts[1] on, which a busy machine delays.
        assert.ok(starts[5] - starts[0] >= 1120, `${starts[5] - starts[0]} ms`);
      }
    });

    test("a limiter given as options serves one client only, in both builds", async (assert) => {
      const limiter = { requestsPerSecond: 10 };
      const clients = [
        await watchedClient(context, { limiter }),
        await watchedClient(context, { limiter }, edge),
      ];
      const began = Date.now();
      await Promise.all(clients.map(({ client }) => client.getSmsHistory({ count: 1 })));
      const starts = times(clients.map(({ fetch }) => fetch));
      assert.ok(starts[1] - starts[0] < 90 || Date.now() - began > 1000, "neither waits for the other");
    });

    const wrong = [
      [5, "limiter"],
      ["fast", "limiter"],
      [{ requestsPerSecond: 0 }, "requestsPerSecond"],
      [{ requestsPerSecond: 1001 }, "requestsPerSecond"],
      [{ requestsPerSecond: "5" }, "requestsPerSecond"],
      [{ requestsPerSecond: Number.NaN }, "requestsPerSecond"],
      [{ maxInFlight: 0 }, "maxInFlight"],
      [{ maxInFlight: 1.5 }, "maxInFlight"],
      [{ maxInflight: 1 }, "maxInFlight"],
    ];
    for (const [limiter, word] of wrong) {
      test(`${JSON.stringify(limiter)} is refused as the option limiter and by RateLimiter`, async (assert) => {
        for (const option of [limiter, new RateLimiter(limiter)]) {
          const { client, fetch } = await watchedClient(context, { limiter: option });
          const error = await rejection(client.getSmsHistory());
          assert.equal(error.kind, "invalid_options");
          assert.ok(error.message.includes(word), error.message);
          assert.equal(fetch.calls.length, 0);
        }
      });
    }
  });
}
