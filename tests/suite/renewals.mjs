import {
  accountOf,
  clearFaultsAfterEach,
  FAST_RETRY,
  printedForms,
  rejection,
  SECRET,
  setFaults,
  sleep,
  stubFetch,
  until,
  watchedClient,
} from "./helpers.mjs";

/** Renewal of tokens that the API refuses. */
export default function renewals(QUnit, context) {
  const { core, inspect } = context;
  const { module, test } = QUnit;

  /** A token callback that records its requests, and returns another token each time. */
  async function minting() {
    const account = await accountOf(context);
    const asked = [];
    const token = ({ signal, ...request }) => {
      if (signal.aborted) throw new Error("aborted before it began");
      asked.push(request);
      return account.mintToken({ ttlSeconds: 300 + asked.length });
    };
    return { asked, token };
  }

  const tokenOf = ({ headers }) => headers.Authorization;

  module("refused tokens", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    const refusals = [
      { kind: "token-expired" },
      { kind: "api-error", code: 100 },
      { kind: "api-error", code: 100, status: 403 },
      { kind: "api-error", code: 455 },
      { kind: "api-error", code: 456, status: 401 },
      { kind: "401" },
      { kind: "401", body: "empty" },
    ];
    for (const refusal of refusals) {
      const name = JSON.stringify(refusal);
      const code = refusal.kind === "token-expired" ? 456 : refusal.code;

      test(`${name}: the token is renewed once and the request repeated, with any retry option`, async (assert) => {
        await setFaults(context, { ...refusal, first: 1 });
        for (const retry of [false, FAST_RETRY]) {
          await setFaults(context, { ...refusal, first: 1 });
          const { asked, token } = await minting();
          const { client, fetch, events } = await watchedClient(context, { token, retry });
          assert.equal((await client.getSmsHistory({ count: 3 })).length, 3);
          assert.deepEqual(asked, [{ renew: false }, { renew: true }]);
          assert.equal(new Set(fetch.calls.map(tokenOf)).size, 2);
          assert.deepEqual(
            events.map(({ type }) => type),
            ["request", "response", "tokenRenewed", "request", "response"],
          );
          assert.equal(events[2].code, code);
          await client.getSmsHistory({ count: 1 });
          assert.equal(asked.length, 2, "the new token is kept");
        }
      });

      test(`${name}: a second refusal causes an error`, async (assert) => {
        await setFaults(context, refusal);
        const { asked, token } = await minting();
        const { client, fetch } = await watchedClient(context, { token, retry: FAST_RETRY });
        const error = await rejection(client.getSmsHistory({ count: 1 }));
        assert.deepEqual([error.kind, error.code, error.retryable], [code ? "api" : "http", code, false]);
        assert.equal(fetch.calls.length, 2);
        assert.deepEqual(asked, [{ renew: false }, { renew: true }]);
        for (const call of fetch.calls)
          assert.notOk(printedForms(error, inspect).includes(tokenOf(call).split(".").at(-1)));
      });

      test(`${name}: a request with a fixed token is not repeated`, async (assert) => {
        await setFaults(context, refusal);
        const { client, fetch } = await watchedClient(context, { retry: FAST_RETRY });
        const error = await rejection(client.getSmsHistory({ count: 1 }));
        assert.deepEqual([error.kind, error.code], [code ? "api" : "http", code]);
        assert.equal(fetch.calls.length, 1);
      });
    }

    test("a callback that returns the refused token again causes the API's error after one request", async (assert) => {
      const fetch = stubFetch('{"error":{"code":456,"msg":"expired"}}');
      const client = new core.SmsHistoryClient({ token: () => SECRET, fetch, retry: FAST_RETRY });
      const error = await rejection(client.getSmsHistory());
      assert.deepEqual([error.kind, error.code, fetch.calls.length], ["api", 456, 1]);
      assert.notOk(printedForms(error, inspect).includes(SECRET));
    });

    const useless = [
      [
        "throws",
        () => {
          throw new Error(SECRET);
        },
      ],
      ["rejects", () => Promise.reject(SECRET)],
      ["gives a number", () => 5],
      ["gives a token with a newline", () => `${SECRET}\nX-Other: 1`],
    ];
    for (const [how, renewed] of useless) {
      test(`a callback that ${how} at a renewal causes an error of kind token after one request`, async (assert) => {
        const fetch = stubFetch('{"error":{"code":456,"msg":"expired"}}');
        const token = ({ renew }) => (renew ? renewed() : SECRET);
        const client = new core.SmsHistoryClient({ token, fetch, retry: FAST_RETRY });
        const error = await rejection(client.getSmsHistory());
        assert.deepEqual([error.kind, error.code], ["token", undefined]);
        assert.equal(fetch.calls.length, 1);
        assert.notOk(printedForms(error, inspect).includes(SECRET));
      });
    }

    test("a callback that returns expired tokens causes the API's error after each was sent once", async (assert) => {
      const past = Math.floor(Date.now() / 1000) - 4000;
      let count = 0;
      const token = () => {
        count += 1;
        return `e30.${btoa(JSON.stringify({ exp: past + count })).replaceAll("=", "")}.c2ln`;
      };
      const fetch = stubFetch('{"error":{"code":456,"msg":"expired"}}');
      const client = new core.SmsHistoryClient({ token, fetch, retry: FAST_RETRY });
      const error = await rejection(client.getSmsHistory());
      assert.deepEqual([error.kind, error.code], ["api", 456]);
      assert.deepEqual([count, fetch.calls.length], [2, 2]);
    });
  });

  module("token callbacks that fail", () => {
    /** A callback that fails so many times, and then returns a token. */
    function failing(times, thrown, whenRenewing = false) {
      const callback = async ({ renew }) => {
        callback.calls += 1;
        if (renew !== whenRenewing) return `${SECRET}${callback.calls}`;
        times -= 1;
        if (times >= 0) throw thrown;
        return `${SECRET}${callback.calls}`;
      };
      return Object.assign(callback, { calls: 0 });
    }

    const clientOf = async (token, fetch, options) => {
      const events = [];
      const onEvent = (event) => events.push(event);
      const client = new core.SmsHistoryClient({ token, fetch, retry: FAST_RETRY, onEvent, ...options });
      return { client, events };
    };

    test("a callback that throws is called again as a failed request is sent again", async (assert) => {
      const token = failing(2, new TypeError("offline"));
      const { client, events } = await clientOf(token, stubFetch('{"result":[],"total_count":0}'));
      assert.equal((await client.getSmsHistory()).length, 0);
      assert.equal(token.calls, 3);
      assert.deepEqual(
        events.map(({ type, kind, call }) => [type, kind, call]),
        [
          ["retry", "token", 1],
          ["retry", "token", 1],
          ["request", undefined, 1],
          ["response", undefined, 1],
        ],
      );
    });

    test("the error after the last attempt says where its reason is", async (assert) => {
      const reason = new TypeError(SECRET);
      for (const [options, calls] of [
        [{}, 4],
        [{ retry: false }, 1],
      ]) {
        const token = failing(9, reason);
        const { client } = await clientOf(token, stubFetch("{}"), options);
        const error = await rejection(client.getSmsHistory());
        assert.deepEqual([error.kind, error.retryable, token.calls], ["token", true, calls]);
        assert.strictEqual(error.cause, reason);
        assert.ok(error.message.includes("`cause`"), error.message);
        assert.notOk(printedForms(error, inspect).includes(SECRET));
      }
    });

    test("an error with retryable false, and a result that is no token, are not retried", async (assert) => {
      const signedOut = Object.assign(new Error("signed out"), { retryable: false });
      const token = failing(9, signedOut);
      const error = await rejection((await clientOf(token, stubFetch("{}"))).client.getSmsHistory());
      assert.deepEqual(
        [error.kind, error.retryable, error.cause, token.calls],
        ["token", false, signedOut, 1],
      );
      let calls = 0;
      const useless = () => {
        calls += 1;
      };
      const other = await rejection((await clientOf(useless, stubFetch("{}"))).client.getSmsHistory());
      assert.deepEqual([other.kind, other.retryable, other.cause, calls], ["token", false, undefined, 1]);
    });

    test("a renewal that throws is repeated, and the refused token is not sent again", async (assert) => {
      const token = failing(2, new Error("offline"), true);
      const sent = [];
      const fetch = async (_, { headers }) => {
        sent.push(headers.Authorization);
        const isFirst = sent.length === 1;
        return new Response(isFirst ? '{"error":{"code":456,"msg":""}}' : '{"result":[],"total_count":0}');
      };
      const { client } = await clientOf(token, fetch);
      assert.equal((await client.getSmsHistory()).length, 0);
      assert.deepEqual([token.calls, sent.length, new Set(sent).size], [4, 2, 2]);
    });

    test("the signal aborts after the attempt's time and with the call, and not after a token", async (assert) => {
      const signals = [];
      const hanging = ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      };
      const options = { attemptTimeoutMs: 30, retry: { ...FAST_RETRY, maxAttempts: 2 } };
      const { client } = await clientOf(hanging, stubFetch("{}"), options);
      const error = await rejection(client.getSmsHistory());
      assert.ok(error.kind === "timeout" && error.message.includes("attemptTimeoutMs"), error.message);
      assert.deepEqual(
        signals.map(({ aborted }) => aborted),
        [true, true],
      );
      const controller = new AbortController();
      const { client: other } = await clientOf(hanging, stubFetch("{}"));
      const ended = rejection(other.getSmsHistory({}, { signal: controller.signal }));
      await until(() => signals.length === 3);
      assert.false(signals[2].aborted);
      controller.abort("enough");
      assert.equal(await ended, "enough");
      assert.true(signals[2].aborted);
      const quick = ({ signal }) => {
        signals.push(signal);
        return SECRET;
      };
      await (await clientOf(quick, stubFetch('{"result":[],"total_count":0}'))).client.getSmsHistory();
      await sleep(5);
      assert.false(signals[3].aborted);
    });
  });

  module("tokens of concurrent calls", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    test("concurrent calls request one token, and after its refusal one more", async (assert) => {
      await setFaults(context, { kind: "token-expired", stays: true, first: 1 });
      const account = await accountOf(context);
      const asked = [];
      let kept;
      // A common pattern: the callback caches the token, and only a renewal takes time.
      const token = async ({ renew }) => {
        asked.push(renew);
        if (kept && !renew) return kept;
        await sleep(40);
        kept = await account.mintToken({ ttlSeconds: 300 + asked.length });
        return kept;
      };
      const { client, fetch } = await watchedClient(context, { token });
      const calls = (offset) =>
        Array.from({ length: 8 }, (_, at) => client.getSmsHistory({ count: 1, offset: offset + at }));
      const first = calls(0);
      // These calls start during the renewal.
      await until(() => asked.length === 2);
      const pages = await Promise.all([...first, ...calls(8)]);
      assert.equal(new Set(pages.map((page) => page.at(0).messageId)).size, 16);
      assert.deepEqual(asked, [false, true]);
      assert.ok(fetch.calls.length <= 24, `${fetch.calls.length} requests`);
      assert.equal(new Set(fetch.calls.map(tokenOf)).size, 2);
    });

    test("a history whose token is refused midway continues with one renewed token", async (assert) => {
      await setFaults(context, { kind: "token-expired", stays: true, offset: 300, times: 1 });
      const { asked, token } = await minting();
      const { client, fetch } = await watchedClient(context, { token });
      const query = { toDate: "2025-12-31 23:59:59", count: 100 };
      let count = 0;
      for await (const page of client.pages(query)) count += page.length;
      assert.equal(count, 4321);
      assert.deepEqual(asked, [{ renew: false }, { renew: true }]);
      assert.equal(fetch.calls.length, 45, "44 pages, one of them twice");
    });

    test("an abort during a token request leaves no call pending", async (assert) => {
      const account = await accountOf(context);
      const gates = [];
      const token = () =>
        new Promise((resolve) => gates.push(async () => resolve(await account.mintToken())));
      const { client } = await watchedClient(context, { token });
      const controller = new AbortController();
      const ended = rejection(client.getSmsHistory({}, { signal: controller.signal }));
      const other = client.getSmsHistory({ count: 2 });
      await until(() => gates.length === 1);
      controller.abort("enough");
      assert.equal(await ended, "enough");
      await until(() => gates.length === 2);
      gates[1]();
      assert.equal((await other).length, 2);
    });

    test("a callback that never settles causes a timeout of the attempt or the call, and the next call requests again", async (assert) => {
      const account = await accountOf(context);
      let [hangs, asked] = [true, 0];
      const token = ({ renew }) => {
        asked += 1;
        return hangs || renew ? new Promise(() => {}) : account.mintToken();
      };
      const options = {
        token,
        attemptTimeoutMs: 600,
        timeoutMs: 1700,
        retry: { ...FAST_RETRY, maxAttempts: 2 },
      };
      const { client, fetch } = await watchedClient(context, options);
      const error = await rejection(client.getSmsHistory());
      assert.deepEqual([error.kind, asked, fetch.calls.length], ["timeout", 2, 0]);
      hangs = false;
      assert.equal((await client.getSmsHistory({ count: 1 })).length, 1);
      await setFaults(context, { kind: "token-expired" });
      const renewal = await rejection(client.getSmsHistory({ count: 1 }));
      assert.equal(renewal.kind, "timeout");
      assert.ok(renewal.message.includes("attemptTimeoutMs"), renewal.message);
    });
  });
}
