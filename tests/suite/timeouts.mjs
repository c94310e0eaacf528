import { clearFaultsAfterEach, FAST_RETRY, isIdle, rejection, setFaults, watchedClient } from "./helpers.mjs";

/** Timeouts of attempts and calls. */
export default function timeouts(QUnit, context) {
  const { module, test } = QUnit;
  const followed = (options) => watchedClient(context, { retry: FAST_RETRY, ...options });

  module("timeouts", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    for (const hang of [{ kind: "hang" }, { kind: "hang", at: 100 }, { kind: "drip", bytes: 10 }]) {
      test(`an attempt that takes too long is aborted and repeated: ${JSON.stringify(hang)}`, async (assert) => {
        await setFaults(context, { ...hang, first: 1 });
        const { client, fetch, events } = await followed({ attemptTimeoutMs: 1000 });
        assert.equal((await client.getSmsHistory({ count: 50 })).length, 50);
        assert.equal(fetch.calls.length, 2);
        assert.ok(fetch.calls[0].signal.aborted && !fetch.calls[1].signal.aborted);
        const { kind, attempt } = events.find(({ type }) => type === "retry");
        assert.deepEqual([kind, attempt], ["timeout", 1]);
      });
    }

    test("if all attempts take too long, the error has kind timeout and names the option", async (assert) => {
      await setFaults(context, { kind: "hang" });
      const retry = { ...FAST_RETRY, maxAttempts: 3 };
      const { client, fetch } = await followed({ attemptTimeoutMs: 50, retry });
      const error = await rejection(client.getSmsHistory({ count: 1 }));
      assert.deepEqual([error.kind, error.retryable, error.code], ["timeout", true, undefined]);
      assert.ok(error.message.includes("attemptTimeoutMs") && error.message.includes("50"), error.message);
      assert.equal(fetch.calls.length, 3);
      assert.ok(await isIdle(fetch));
    });

    for (const [name, fault, requests] of [
      ["one attempt", { kind: "hang" }, 1],
      ["many attempts", { kind: "503" }, 2],
    ]) {
      test(`timeoutMs ends a call, in ${name}`, async (assert) => {
        await setFaults(context, fault);
        const retry = { maxAttempts: 100, baseDelayMs: 400, maxDelayMs: 400 };
        const options = {
          timeoutMs: 150,
          attemptTimeoutMs: false,
          retry: fault.kind === "hang" ? {} : retry,
        };
        const { client, fetch } = await followed(options);
        const began = Date.now();
        const error = await rejection(client.getSmsHistory({ count: 1 }));
        assert.deepEqual([error.kind, error.retryable], ["timeout", true]);
        assert.ok(error.message.includes("timeoutMs"), error.message);
        assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
        assert.ok(fetch.calls.length >= 1 && (requests > 1 || fetch.calls.length === 1));
        assert.ok(await isIdle(fetch));
      });
    }

    test("a Retry-After beyond timeoutMs fails the call at once", async (assert) => {
      await setFaults(context, { kind: "503", "retry-after": 5 });
      const { client, fetch, events } = await followed({ timeoutMs: 4900 });
      const began = Date.now();
      const error = await rejection(client.getSmsHistory({ count: 1 }));
      assert.deepEqual([error.kind, error.httpStatus, error.retryAfterMs], ["http", 503, 5000]);
      assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
      assert.deepEqual([fetch.calls.length, events.filter(({ type }) => type === "retry").length], [1, 0]);
    });

    test("a history whose request hangs permanently ends with kind timeout and leaves no request", async (assert) => {
      await setFaults(context, { kind: "hang", offset: 100 });
      const retry = { ...FAST_RETRY, maxAttempts: 2 };
      const { client, fetch } = await followed({ attemptTimeoutMs: 250, retry });
      const lengths = [];
      const read = async () => {
        for await (const page of client.pages({ toDate: "2025-12-31 23:59:59", count: 50 }))
          lengths.push(page.length);
      };
      assert.equal((await rejection(read())).kind, "timeout");
      assert.deepEqual(lengths, [50, 50]);
      assert.ok(await isIdle(fetch));
    });

    test("without timeouts a slow response is awaited", async (assert) => {
      await setFaults(context, { kind: "latency", ms: 150 });
      const { client } = await followed({ timeoutMs: false, attemptTimeoutMs: false });
      assert.equal((await client.getSmsHistory({ count: 2 })).length, 2);
    });
  });
}
