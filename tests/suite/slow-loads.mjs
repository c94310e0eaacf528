import { bodyOf, countListeners, rejection, SECRET, sleep, stubFetch } from "./helpers.mjs";

/** Calls and clients while the WebAssembly loads. */
export default function slowLoads(QUnit, { core, inside, uncaught }) {
  const { module, test } = QUnit;
  const isPage = typeof document !== "undefined";

  /**
   * Creates a client whose load ends when `arrive` or `fail` is called. `log` lists loads and token requests in order.
   */
  function loading(token = SECRET, options = {}) {
    const log = [];
    let settle;
    const load = () => {
      log.push("load");
      return new Promise((resolve, reject) => {
        settle = { arrive: () => resolve(inside.coreModule), fail: reject };
      });
    };
    const fetch = stubFetch(bodyOf([]));
    const SmsHistoryClient = inside.createClientClass(new inside.WasmLoader(inside.coreGlue, load));
    const source =
      typeof token === "function" ? ({ signal, ...request }) => token(request, log.push(request)) : token;
    const create = () => new SmsHistoryClient({ token: source, fetch, ...options });
    return {
      create,
      client: create(),
      fetch,
      log,
      arrive: () => settle.arrive(),
      fail: (reason) => settle.fail(reason),
    };
  }

  /** Calls `create` in a page, or with a global `document` that makes another runtime look like one. */
  function inPage(create) {
    if (isPage) return create();
    globalThis.document = {};
    try {
      return create();
    } finally {
      delete globalThis.document;
    }
  }

  const ways = {
    "getSmsHistory()": (client, options) => client.getSmsHistory({}, options),
    "download()": (client, options) => client.download({ output: "csv" }, options),
    "summarize()": (client, options) => client.summarize({}, options),
    "pages()": (client, options) => client.pages({}, options).next(),
    "messages()": (client, options) => client.messages({}, options).next(),
    "exportHistory()": (client, options) => client.exportHistory({}, options).getReader().read(),
    "openExport()": (client, options) => client.openExport({}, options),
  };

  module("while the WebAssembly loads", () => {
    for (const [way, begin] of Object.entries(ways)) {
      for (const reason of [new Error("enough"), undefined, { kind: "mine", message: "x" }]) {
        test(`an abort of ${way} rejects with the signal's own reason at once: ${typeof reason}`, async (assert) => {
          const { client, fetch, arrive } = loading();
          const controller = new AbortController();
          const { signal } = controller;
          const during = rejection(begin(client, { signal }));
          await sleep(5);
          controller.abort(reason);
          assert.strictEqual(await during, signal.reason);
          assert.strictEqual(await rejection(begin(client, { signal })), signal.reason);
          arrive();
          assert.equal((await client.getSmsHistory()).length, 0);
          assert.equal(fetch.calls.length, 1, "aborted calls leave nothing behind");
        });
      }
    }

    test("a signal that does not abort keeps no listener", async (assert) => {
      const { client, arrive } = loading();
      const { signal, listeners } = countListeners(new AbortController().signal);
      const call = client.getSmsHistory({}, { signal });
      await sleep(5);
      assert.equal(listeners(), 1);
      arrive();
      assert.equal((await call).length, 0);
      assert.equal(listeners(), 0);
    });

    for (const method of ["pages", "messages"]) {
      test(`return() of ${method}() ends it and a pending next() at once`, async (assert) => {
        const { client, fetch, arrive } = loading();
        const iterator = client[method]();
        const pending = [iterator.next(), iterator.next()];
        await sleep(5);
        assert.deepEqual(await iterator.return(), { done: true, value: undefined });
        for (const next of pending) assert.deepEqual(await next, { done: true, value: undefined });
        arrive();
        assert.equal((await client.getSmsHistory()).length, 0);
        assert.equal(fetch.calls.length, 1, "the history does not start");
      });
    }
  });

  test("where another library has replaced Promise, a load that returns a native promise is awaited", async (assert) => {
    const { Promise: Native } = globalThis;
    globalThis.Promise = class extends Native {};
    let loads = 0;
    const load = async () => {
      loads += 1;
      return inside.coreModule;
    };
    try {
      const SmsHistoryClient = inside.createClientClass(new inside.WasmLoader(inside.coreGlue, load));
      const client = new SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([])) });
      assert.equal((await client.getSmsHistory()).length, 0);
      assert.equal(loads, 1);
      const forgotten = (async () => ({}))();
      const error = await rejection(client.getSmsHistory(forgotten));
      assert.ok(error.message.includes("a Promise that was not awaited"), error.message);
    } finally {
      globalThis.Promise = Native;
    }
  });

  const REQUEST = { renew: false };

  module("loading ahead", () => {
    test("the constructor loads the WebAssembly in a page and nowhere else", async (assert) => {
      const { log, client, arrive } = loading(() => SECRET);
      await sleep(5);
      assert.deepEqual(log, isPage ? ["load", REQUEST] : []);
      const ready = client.ready();
      arrive();
      assert.strictEqual(await ready, undefined);
      assert.equal(log.filter((entry) => entry === "load").length, 1);
    });

    test("in a page, the first token is requested once, during the load, and the first call uses it", async (assert) => {
      for (const token of [
        () => SECRET,
        async () => SECRET,
        // biome-ignore lint/suspicious/noThenProperty: a token callback may return any thenable
        () => ({ then: (resolve) => resolve(SECRET) }),
      ]) {
        const { log, client, fetch, arrive } = inPage(() => loading(token));
        assert.deepEqual(log, ["load"], "a constructor does not call its caller's code");
        await sleep(5);
        assert.deepEqual(log, ["load", REQUEST]);
        const calls = [client.getSmsHistory(), client.ready()];
        await sleep(5);
        arrive();
        await Promise.all(calls);
        assert.deepEqual(log, ["load", REQUEST]);
        assert.equal(fetch.calls[0].init.headers.Authorization, `Bearer ${SECRET}`);
        assert.equal(fetch.calls.length, 1);
      }
    });

    test("a token requested ahead is cached by its `exp` and renewed like any other", async (assert) => {
      const claims = btoa(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + 300 })).replace(/=+$/, "");
      const { log, client, fetch, arrive } = inPage(() => loading(() => `e30.${claims}.c2ln`));
      arrive();
      await client.getSmsHistory();
      await client.getSmsHistory();
      assert.deepEqual(log, ["load", REQUEST]);
      assert.equal(fetch.calls.length, 2);

      const refusing = inPage(() =>
        loading(() => SECRET, { fetch: async () => new Response("", { status: 401 }), retry: false }),
      );
      refusing.arrive();
      assert.equal((await rejection(refusing.client.getSmsHistory())).httpStatus, 401);
      assert.deepEqual(refusing.log, ["load", REQUEST, { renew: true }]);
    });

    test("an opaque token requested ahead serves one request, and none of a call that starts 2 s later", async (assert) => {
      const { log, client, arrive } = inPage(() => loading(() => SECRET));
      arrive();
      await client.getSmsHistory();
      await client.getSmsHistory();
      assert.deepEqual(log, ["load", REQUEST, REQUEST]);

      const late = inPage(() => loading(() => SECRET));
      late.arrive();
      await late.client.ready();
      const { now } = Date;
      Date.now = () => now() + 2_001;
      try {
        await late.client.getSmsHistory();
      } finally {
        Date.now = now;
      }
      assert.deepEqual(late.log, ["load", REQUEST, REQUEST]);
    });

    test("a token request that failed ahead is not reported by a call that starts 2 s later", async (assert) => {
      let session;
      const token = () => {
        if (!session) throw Object.assign(new Error("signed out"), { retryable: false });
        return session;
      };
      const { log, client, fetch, arrive } = inPage(() => loading(token));
      await sleep(5);
      arrive();
      session = SECRET;
      const { now } = Date;
      Date.now = () => now() + 2_001;
      try {
        await client.getSmsHistory();
      } finally {
        Date.now = now;
      }
      assert.deepEqual(log, ["load", REQUEST, REQUEST]);
      assert.equal(fetch.calls.length, 1);
    });

    test("a token request that fails ahead is reported by the first call only", async (assert) => {
      const reason = new Error("no session");
      const failures = [
        () => {
          throw reason;
        },
        async () => {
          throw reason;
        },
      ];
      const before = uncaught.length;
      for (const token of failures) {
        const { log, client, arrive } = inPage(() => loading(token, { retry: false }));
        await sleep(20);
        arrive();
        await client.ready();
        const error = await rejection(client.getSmsHistory());
        assert.equal(error.kind, "token");
        assert.strictEqual(error.cause, reason);
        assert.ok(error.message.includes("token callback"), error.message);
        assert.deepEqual(log, ["load", REQUEST], "the first call does not request again");
        assert.equal((await rejection(client.getSmsHistory())).kind, "token");
        assert.deepEqual(log, ["load", REQUEST, REQUEST], "the second call does");
      }
      assert.equal(uncaught.length, before);
    });

    test("in a page, a failed load is reported by the calls that wait for it and retried by the next", async (assert) => {
      const before = uncaught.length;
      const { log, client, fetch, arrive, fail } = inPage(() => loading(() => SECRET));
      await sleep(5);
      const calls = [rejection(client.ready()), rejection(client.getSmsHistory())];
      fail(new Error("offline"));
      for (const error of await Promise.all(calls)) {
        assert.ok(error instanceof core.SmsHistoryError);
        assert.equal(error.kind, "internal");
        assert.ok(error.message.includes("offline"), error.message);
      }
      const next = client.getSmsHistory();
      await sleep(5);
      arrive();
      assert.equal((await next).length, 0);
      assert.deepEqual(
        log,
        ["load", REQUEST, "load"],
        "the next call uses the token that was requested ahead",
      );
      assert.equal(fetch.calls.length, 1);

      const unused = inPage(() => loading(() => SECRET));
      unused.fail(new Error("offline"));
      await sleep(20);
      assert.equal(uncaught.length, before, "a failure that no call waits for is not an unhandled rejection");
    });

    test("an abort during the load ends the call only; the next call uses the load and the token", async (assert) => {
      const { log, client, arrive } = inPage(() => loading(() => SECRET));
      const controller = new AbortController();
      const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
      await sleep(5);
      controller.abort("enough");
      assert.equal(await call, "enough");
      arrive();
      assert.equal((await client.getSmsHistory()).length, 0);
      assert.deepEqual(log, ["load", REQUEST]);
    });

    test("a client created after the load requests no token ahead", async (assert) => {
      const { log, client, create, arrive } = inPage(() => loading(() => SECRET));
      arrive();
      await client.ready();
      inPage(create);
      await sleep(5);
      assert.deepEqual(log, ["load", REQUEST]);
    });

    test("ready() loads, validates the options and requests no token", async (assert) => {
      const { log, client, arrive } = loading(() => SECRET);
      const ready = client.ready();
      await sleep(5);
      arrive();
      assert.strictEqual(await ready, undefined);
      assert.deepEqual(
        log.filter((entry) => entry === "load" || isPage),
        isPage ? ["load", REQUEST] : ["load"],
      );
      if (!isPage) assert.equal(log.length, 1);
      for (const options of [
        undefined,
        {},
        { token: SECRET, timeout: 5 },
        { token: SECRET, concurrency: 9 },
      ]) {
        const error = await rejection(new core.SmsHistoryClient(options).ready());
        assert.ok(error instanceof core.SmsHistoryError, String(error));
        assert.equal(error.kind, "invalid_options");
      }
      assert.equal((await rejection(new core.SmsHistoryClient({ token: "a b" }).ready())).kind, "token");
    });
  });
}
