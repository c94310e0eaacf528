import {
  accountOf,
  bodyOf,
  FAST_RETRY,
  isIdle,
  printedForms,
  ROW,
  readAll,
  rejection,
  SECRET,
  sleep,
  stubFetch,
  trackingFetch,
  UNTIL,
  until,
} from "./helpers.mjs";
import { exhaust, opened } from "./instances.mjs";

/** Records the timers that are cleared until the returned function is called. */
function clearedTimers() {
  const cleared = new Set();
  const { clearTimeout } = globalThis;
  globalThis.clearTimeout = (timer) => {
    cleared.add(timer);
    clearTimeout(timer);
  };
  return () => {
    globalThis.clearTimeout = clearTimeout;
    return cleared;
  };
}

/** Traps of the WebAssembly code. Exhausted memory causes them, which is the only way without a defect. */
export default function traps(QUnit, context) {
  const { core, edge, inside, inspect, jose, sandbox, uncaught } = context;
  const { module, test } = QUnit;
  const page = bodyOf([ROW]);
  const large = bodyOf([{ ...ROW, text: "x".repeat(8_000_000) }]);

  const isTrap = (assert, error) => {
    assert.ok(error instanceof core.SmsHistoryError);
    assert.deepEqual([error.kind, error.retryable, error.code], ["internal", true, undefined]);
    assert.ok(error.message.includes("next call gets a new instance"), error.message);
    assert.ok(error.cause instanceof WebAssembly.RuntimeError, `${error.cause}`);
    assert.notOk(printedForms(error, inspect).includes(SECRET));
  };

  module("traps", (hooks) => {
    hooks.afterEach(async (assert) => {
      await sleep(30);
      assert.deepEqual(uncaught, [], "nothing is thrown where nobody catches it");
    });

    for (const build of ["core", "edge"]) {
      test(`pain of "poisoned instances": all calls of ${build} reject, and the next one works in a new instance`, async (assert) => {
        const { memories, SmsHistoryClient } = opened(inside, build);
        const hanging = trackingFetch(() => new Promise(() => {}));
        const clients = [1, 2].map(() => new SmsHistoryClient({ token: SECRET, fetch: hanging }));
        const calls = clients.map((client) => rejection(client.getSmsHistory()));
        const waiting = new SmsHistoryClient({ token: () => new Promise(() => {}), fetch: hanging });
        calls.push(rejection(waiting.download({ output: "csv" })));
        const busy = stubFetch("busy", { status: 503, headers: { "retry-after": "5" } });
        const retrying = new SmsHistoryClient({ token: SECRET, fetch: busy });
        calls.push(rejection(retrying.getSmsHistory()));
        await until(() => hanging.calls.length === 2 && busy.calls.length === 1);

        const bodies = [page, large, page];
        const client = new SmsHistoryClient({
          token: SECRET,
          fetch: async () => new Response(bodies.shift()),
        });
        assert.equal((await client.getSmsHistory()).at(0).text, ROW.text);
        exhaust(memories[0]);
        const errors = [await rejection(client.getSmsHistory()), ...(await Promise.all(calls))];
        assert.equal(errors.length, 5);
        for (const error of errors) isTrap(assert, error);
        assert.equal((await client.getSmsHistory()).at(0).text, ROW.text);
        assert.equal(memories.length, 2);
      });
    }

    test("histories, summaries and exports in flight reject, and can be started again", async (assert) => {
      const { memories, SmsHistoryClient } = opened(inside, "edge");
      const token = await accountOf(context);
      const query = { toDate: UNTIL, count: 500 };
      let isLarge = false;
      const fetch = (url, init) =>
        isLarge ? Promise.resolve(new Response(large)) : globalThis.fetch(url, init);
      const client = new SmsHistoryClient({ token, baseUrl: sandbox.url, fetch });
      const iterators = [client.pages(query), client.messages(query)];
      for (const iterator of iterators) assert.notOk((await iterator.next()).done);
      const reader = client.exportHistory(query).getReader();
      assert.ok((await reader.read()).value.length > 0);
      exhaust(memories[0]);
      isLarge = true;
      // JavaScript owns the rows of a page.
      for (let row = 1; row < 500; row += 1) assert.notOk((await iterators[1].next()).done);
      const errors = await Promise.all([
        ...iterators.map((iterator) => rejection(iterator.next())),
        rejection(reader.read()),
        rejection(client.summarize(query)),
      ]);
      for (const error of errors) isTrap(assert, error);
      for (const iterator of iterators)
        assert.deepEqual(await iterator.next(), { done: true, value: undefined });
      isLarge = false;
      assert.equal((await readAll(client.pages(query))).count, 4321);
      assert.equal(memories.length, 2);
    });

    test("a history between two pages rejects after a trap, and can be ended", async (assert) => {
      const { memories, SmsHistoryClient } = opened(inside, "core");
      const token = await (await accountOf(context)).mintToken();
      const client = new SmsHistoryClient({ token, baseUrl: sandbox.url });
      const controller = new AbortController();
      const [one, other] = [1, 2].map(() =>
        client.pages({ toDate: UNTIL, count: 50 }, { signal: controller.signal }),
      );
      for (const pages of [one, other]) await pages.next();
      exhaust(memories[0]);
      const dying = new SmsHistoryClient({ token: SECRET, fetch: async () => new Response(large) });
      isTrap(assert, await rejection(dying.getSmsHistory()));
      isTrap(assert, await rejection(one.next()));
      assert.deepEqual(await other.return(), { done: true, value: undefined });
      assert.deepEqual(await other.next(), { done: true, value: undefined });
      controller.abort("late");
    });

    test("a service account keeps its imported key in the new instance", async (assert) => {
      const { memories, SmsHistoryClient, ServiceAccount } = opened(inside, "edge");
      const account = await ServiceAccount.fromCredentials(sandbox.credentials);
      const child = await ServiceAccount.fromCredentials(sandbox.credentials, { accountId: 77 });
      const client = new SmsHistoryClient({ token: account, baseUrl: sandbox.url });
      const outside = new core.SmsHistoryClient({ token: account, baseUrl: sandbox.url });
      for (const reader of [client, outside])
        assert.equal((await reader.getSmsHistory({ count: 2 })).length, 2);
      const before = await account.mintToken();
      exhaust(memories[0]);
      const dying = new SmsHistoryClient({ token: SECRET, fetch: async () => new Response(large) });
      const [error, pending] = await Promise.all([
        rejection(dying.getSmsHistory()),
        account.mintToken().catch((thrown) => thrown),
      ]);
      isTrap(assert, error);
      if (typeof pending !== "string") isTrap(assert, pending);
      const after = await Promise.all([account.mintToken(), account.mintToken({ ttlSeconds: 60 })]);
      for (const token of after) {
        const { iss } = jose.decodeJwt(token);
        assert.equal(iss, sandbox.credentials.account_id);
        assert.deepEqual(jose.decodeProtectedHeader(token), jose.decodeProtectedHeader(before));
      }
      assert.equal(jose.decodeJwt(await child.mintToken()).iss, 77);
      for (const reader of [client, outside])
        assert.equal((await reader.getSmsHistory({ count: 2 })).length, 2);
      assert.equal(memories.length, 2);
    });

    test("options, limiters and abort signals survive repeated traps", async (assert) => {
      const { memories, SmsHistoryClient } = opened(inside, "core");
      let isLarge = true;
      const fetch = trackingFetch(async () => new Response(isLarge ? large : page));
      const limiter = new core.RateLimiter({ maxInFlight: 1 });
      const client = new SmsHistoryClient({ token: SECRET, fetch, limiter, retry: FAST_RETRY });
      const { signal } = new AbortController();
      for (let round = 0; round < 3; round += 1) {
        isLarge = false;
        assert.equal((await client.getSmsHistory({}, { signal })).length, 1);
        exhaust(memories.at(-1));
        isLarge = true;
        const errors = await Promise.all([1, 2].map(() => rejection(client.getSmsHistory({}, { signal }))));
        for (const error of errors) isTrap(assert, error);
      }
      isLarge = false;
      assert.equal((await client.getSmsHistory()).length, 1);
      assert.equal(memories.length, 4);
      assert.equal(fetch.peak, 1);
    });

    test("a dead instance leaves no timer, and ignores late responses", async (assert) => {
      const { memories, pending, SmsHistoryClient } = opened(inside, "core");
      let answer;
      const late = () => new Promise((resolve) => (answer = resolve));
      const busy = trackingFetch(async () => new Response("busy", { status: 503 }));
      const calls = [
        new SmsHistoryClient({ token: SECRET, fetch: late, attemptTimeoutMs: 5000 }),
        new SmsHistoryClient({ token: SECRET, fetch: busy, retry: { baseDelayMs: 5000, maxDelayMs: 5000 } }),
      ].map((client) => rejection(client.getSmsHistory()));
      await until(() => busy.calls.length > 0 && answer && pending.size > 1);
      exhaust(memories[0]);
      const cleared = clearedTimers();
      const dying = new SmsHistoryClient({ token: SECRET, fetch: async () => new Response(large) });
      isTrap(assert, await rejection(dying.getSmsHistory()));
      const gone = cleared();
      assert.deepEqual(
        [...pending].filter((timer) => !gone.has(timer)),
        [],
      );
      for (const call of calls) isTrap(assert, await call);
      answer(new Response(page));
      assert.ok(await isIdle(busy));
    });

    test("exports of a dead instance return no results, touch no memory and are not entered", async (assert) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const bytes = new Uint8Array(memory.buffer).fill(0xff);
      const trap = new WebAssembly.RuntimeError("unreachable");
      const stop = () => {
        throw trap;
      };
      const exports = { memory, stop, more: () => assert.true(false, "a dead instance is entered") };
      for (const at of [65_520, 65_521, -16, 2 ** 32, Number.NaN, undefined, {}]) {
        let guarded;
        const instantiate = (module, imports) => {
          const { Instance } = WebAssembly;
          WebAssembly.Instance = class {
            exports = exports;
          };
          guarded = new imports.WebAssembly.Instance(module, {}).exports;
          WebAssembly.Instance = Instance;
        };
        const live = new inside.WasmLoader({ instantiate }, () => inside.coreModule).ready();
        const results = [guarded.stop(at, 1), guarded.more(64)];
        assert.true(live.isDead);
        for (const result of results) {
          // The glue reads results by index: the value, then whether it is an error.
          const [value, isError] = result;
          assert.deepEqual([value, isError], [undefined, undefined], `${String(at)}`);
        }
        assert.true(bytes.every((byte) => byte === 0xff));
        await rejection(live.run(() => {}));
      }
    });

    test("other instances are not affected", async (assert) => {
      for (const lib of [core, edge]) {
        const client = new lib.SmsHistoryClient({ token: SECRET, fetch: stubFetch(page) });
        assert.equal((await client.getSmsHistory()).length, 1);
      }
    });
  });
}
