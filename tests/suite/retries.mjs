import {
  bodyOf,
  clearFaultsAfterEach,
  FAST_RETRY,
  ROW,
  recordingFetch,
  rejection,
  SECRET,
  setFaults,
  stubFetch,
  until,
  watchedClient,
} from "./helpers.mjs";

/** Retries: which requests are repeated, how often, and after which delay. */
export default function retries(QUnit, context) {
  const { core } = context;
  const { module, test } = QUnit;

  const followed = (options) => watchedClient(context, { retry: FAST_RETRY, ...options });

  module("temporary failures are retried", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    const passing = [
      ...["408", "425", "500", "502", "503", "504", "599"].map((status) => ({ kind: status })),
      { kind: "503", body: "empty" },
      { kind: "429", "retry-after": 0 },
      ...[1, 2, 4].flatMap((code) => [200, 400, 500].map((status) => ({ kind: "api-error", code, status }))),
      ...[162, 314, 340, 416].flatMap((code) =>
        [200, 400, 429].map((status) => ({ kind: "api-error", code, status, "retry-after": 0 })),
      ),
      { kind: "html" },
      { kind: "truncate", at: 0 },
      { kind: "truncate", at: 300 },
      { kind: "truncate", at: 300, length: "cut" },
      { kind: "truncate", at: 1, length: "cut" },
      { kind: "reset" },
      { kind: "reset", at: 300 },
    ];
    for (const fault of passing) {
      test(JSON.stringify(fault), async (assert) => {
        await setFaults(context, { ...fault, first: 2 });
        const { client, fetch, events } = await followed();
        const page = await client.getSmsHistory({ count: 7 });
        assert.equal(page.length, 7);
        assert.equal(fetch.calls.length, 3);
        assert.equal(events.filter(({ type }) => type === "retry").length, 2);
        assert.equal(new Set(fetch.calls.map(({ url }) => url.href)).size, 1, "the same request each time");
      });
    }

    test("an empty body at 200, and a body that ends within a character", async (assert) => {
      const body = new TextEncoder().encode(bodyOf([ROW]));
      const within = body.findIndex((byte) => byte >= 0x80) + 1;
      const bodies = [new Uint8Array(), body.slice(0, within), body];
      const fetch = recordingFetch(async () => new Response(bodies[fetch.calls.length - 1]));
      const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: FAST_RETRY });
      assert.equal((await client.getSmsHistory()).at(0).text, ROW.text);
      assert.equal(fetch.calls.length, 3);
    });

    test("a file", async (assert) => {
      await setFaults(context, { kind: "503", first: 1 }, { kind: "api-error", code: 2, requests: [2, 2] });
      const { client, fetch } = await followed();
      const file = await client.download({ output: "csv", count: 3 });
      assert.equal((await file.text()).trim().split("\n").length, 4);
      assert.equal(fetch.calls.length, 3);
    });

    test("a history is complete and exact although a third of its requests fail", async (assert) => {
      const query = { toDate: "2025-12-31 23:59:59", count: 200 };
      const ids = [];
      const { client, fetch } = await followed({ retry: { ...FAST_RETRY, maxAttempts: 10 } });
      for await (const { messageId } of client.messages(query)) ids.push(messageId);
      await setFaults(context, { kind: "502", every: 5 }, { kind: "truncate", at: "random", every: 7 });
      const again = [];
      for await (const { messageId } of client.messages(query)) again.push(messageId);
      assert.deepEqual(again, ids);
      assert.equal(new Set(ids).size, 4321);
      assert.ok(fetch.calls.length >= 22 + 22 + 7, `${fetch.calls.length}`);
    });

    test("an unknown error of the API at 500 is retried", async (assert) => {
      await setFaults(context, { kind: "api-error", code: 9999, status: 500 });
      const { client, fetch } = await followed();
      const error = await rejection(client.getSmsHistory({ count: 1 }));
      assert.deepEqual([error.kind, error.code, error.httpStatus, error.retryable], ["api", 9999, 500, true]);
      assert.equal(fetch.calls.length, 4);
    });
  });

  module("permanent failures are not retried", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    for (const code of [101, 103, 104, 105, 111, 121, 123, 131, 447, 454, 470, 9999]) {
      // An unknown code says nothing about a retry, so its HTTP status decides.
      for (const status of code === 9999 ? [200, 400] : [200, 400, 500]) {
        test(`the API's error ${code} at ${status}`, async (assert) => {
          await setFaults(context, { kind: "api-error", code, status });
          const { client, fetch } = await followed();
          const error = await rejection(client.getSmsHistory({ count: 1 }));
          assert.deepEqual(
            [error.kind, error.code, error.httpStatus, error.retryable],
            ["api", code, status, false],
          );
          assert.equal(fetch.calls.length, 1);
        });
      }
    }
    for (const status of [400, 403, 404, 405, 410]) {
      test(`HTTP ${status}`, async (assert) => {
        await setFaults(context, { kind: `${status}` });
        const { client, fetch } = await followed();
        const error = await rejection(client.getSmsHistory({ count: 1 }));
        assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["http", status, false]);
        assert.equal(fetch.calls.length, 1);
      });
    }
    for (const [name, body] of [
      ["another document", '{"ok":true}'],
      ["a field of a wrong type", '{"result":[{"cost":"four"}]}'],
    ]) {
      test(`${name} instead of a page`, async (assert) => {
        const fetch = stubFetch(body);
        const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: FAST_RETRY });
        const error = await rejection(client.getSmsHistory());
        assert.deepEqual([error.kind, error.retryable], ["format", false]);
        assert.equal(fetch.calls.length, 1);
      });
    }
  });

  module("attempts and delays", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    for (const [retry, times] of [
      [false, 1],
      [{ maxAttempts: 1 }, 1],
      [{ ...FAST_RETRY, maxAttempts: 2 }, 2],
      [{ ...FAST_RETRY, maxAttempts: 7 }, 7],
      [FAST_RETRY, 4],
      [{ maxDelayMs: 2, baseDelayMs: 0, maxAttempts: undefined }, 4],
    ]) {
      test(`retry ${JSON.stringify(retry)} sends ${times} requests, then throws the last error`, async (assert) => {
        await setFaults(context, { kind: "500", first: times - 1 || undefined, times: 99 }, { kind: "503" });
        const { client, fetch, events } = await followed({ retry });
        const error = await rejection(client.getSmsHistory({ count: 1 }));
        assert.deepEqual([error.kind, error.retryable], ["http", true]);
        assert.equal(error.httpStatus, times === 1 ? 500 : 503);
        assert.equal(fetch.calls.length, times);
        assert.equal(events.filter(({ type }) => type === "retry").length, times - 1);
      });
    }

    test("delays are a random part of a time that doubles up to maxDelayMs", async (assert) => {
      await setFaults(context, { kind: "500" });
      const { client, events } = await followed({
        retry: { maxAttempts: 7, baseDelayMs: 8, maxDelayMs: 40 },
      });
      for (let call = 0; call < 3; call += 1) await rejection(client.getSmsHistory({ count: 1 }));
      const waits = events.filter(({ type }) => type === "retry");
      for (const { attempt, delayMs } of waits)
        assert.ok(delayMs >= 0 && delayMs <= Math.min(40, 8 * 2 ** (attempt - 1)), `${attempt}: ${delayMs}`);
      assert.ok(new Set(waits.map(({ delayMs }) => delayMs)).size > 3, "they differ");
    });

    test("Retry-After is respected, as seconds and as a date", async (assert) => {
      await setFaults(
        context,
        { kind: "503", "retry-after": 1, requests: [1, 1] },
        { kind: "503", "retry-after-date": 1, requests: [2, 2] },
      );
      const calls = [];
      for (const _ of [1, 2]) {
        const call = await followed();
        calls.push({ ...call, page: call.client.getSmsHistory({ count: 1 }) });
        await until(() => call.events.some(({ type }) => type === "retry"));
      }
      for (const { page, fetch, events } of calls) {
        await page;
        const [first, second] = fetch.calls;
        // A date has no fraction of a second, so the delay may be up to a second shorter.
        assert.ok(second.at - first.at >= 990, `${second.at - first.at} ms`);
        const { delayMs } = events.find(({ type }) => type === "retry");
        assert.ok(delayMs >= 1000 && delayMs <= 1002, `${delayMs} ms`);
      }
    });

    test("a date in Retry-After is compared with the local clock if there is no Date", async (assert) => {
      const forms = ["imf", "rfc850", "asctime"];
      const faults = forms.map((form, at) => ({
        kind: "503",
        "retry-after-date": 3,
        "date-form": form,
        requests: [at + 1, at + 1],
      }));
      await setFaults(context, ...faults, { kind: "no-date" });
      // The three calls wait together.
      const calls = [];
      for (const form of forms) {
        const call = await followed();
        calls.push({ ...call, form, page: call.client.getSmsHistory({ count: 1 }) });
        await until(() => call.events.some(({ type }) => type === "retry"));
      }
      for (const { page, form, fetch, events } of calls) {
        await page;
        const [first, second] = fetch.calls;
        assert.ok(second.at - first.at >= 1990, `${form}: ${second.at - first.at} ms`);
        const { delayMs } = events.find(({ type }) => type === "retry");
        assert.ok(delayMs >= 1900 && delayMs <= 3002, `${form}: ${delayMs} ms`);
      }
    });

    test("delayMs is the wait that follows a 429 without Retry-After", async (assert) => {
      await setFaults(context, { kind: "429", first: 1 });
      const { client, fetch, events } = await followed();
      await client.getSmsHistory({ count: 1 });
      const [first, second] = fetch.calls;
      const { delayMs } = events.find(({ type }) => type === "retry");
      assert.ok(delayMs > 950 && delayMs <= 1002, `${delayMs} ms`);
      assert.ok(second.at - first.at >= delayMs - 10, `${second.at - first.at} ms`);
    });

    test("a Retry-After of more than a minute, or beyond the timeout, is not waited for", async (assert) => {
      const controller = new AbortController();
      const events = [];
      const onEvent = (event) => {
        events.push(event);
        if (event.type === "retry") controller.abort("enough");
      };
      const fetch = stubFetch("busy", { status: 503, headers: { "retry-after": "86400" } });
      const patient = new core.SmsHistoryClient({ token: SECRET, fetch, onEvent, timeoutMs: false });
      assert.equal(await rejection(patient.getSmsHistory({}, { signal: controller.signal })), "enough");
      const { delayMs } = events.at(-1);
      assert.ok(delayMs >= 60_000 && delayMs <= 60_250, `${delayMs} ms`);
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      const { kind, retryAfterMs } = await rejection(client.getSmsHistory());
      assert.deepEqual([kind, retryAfterMs, fetch.calls.length], ["http", 86_400_000, 2]);
    });

    test("an outage uses up the retry budget, and successes refill it", async (assert) => {
      await setFaults(context, { kind: "502" });
      const { client, fetch } = await followed();
      const attempts = [];
      for (let call = 0; call < 12; call += 1) {
        const { length } = fetch.calls;
        await rejection(client.getSmsHistory({ count: 1 }));
        attempts.push(fetch.calls.length - length);
      }
      assert.deepEqual(attempts, [4, 4, 4, 4, 4, 4, 3, 1, 1, 1, 1, 1]);
      await setFaults(context);
      for (let call = 0; call < 6; call += 1) await client.getSmsHistory({ count: 1 });
      await setFaults(context, { kind: "502", first: 2 });
      const { length } = fetch.calls;
      assert.equal((await client.getSmsHistory({ count: 1 })).length, 1);
      assert.equal(fetch.calls.length - length, 3);
    });
  });
}
