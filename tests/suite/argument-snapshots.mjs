import { bodyOf, FAST_RETRY, PHONE, rejection, SECRET, sleep, stubFetch } from "./helpers.mjs";

/** The objects that callers pass: which are accepted, and when their fields are read. */
export default function argumentSnapshots(QUnit, context) {
  const { core, edge, sandbox } = context;
  const { module, test } = QUnit;

  const client = (options) =>
    new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([])), ...options });
  /** The methods that take a query and options. */
  const ways = {
    "getSmsHistory()": (client, query, options) => client.getSmsHistory(query, options),
    "download()": (client, query, options) => client.download(query, options),
    "summarize()": (client, query, options) => client.summarize(query, options),
    "pages()": (client, query, options) => client.pages(query, options).next(),
    "messages()": (client, query, options) => client.messages(query, options).next(),
    "exportHistory()": (client, query, options) => client.exportHistory(query, options).getReader().read(),
    "openExport()": (client, query, options) => client.openExport(query, options),
  };
  const thrown = new Error(`${SECRET} ${PHONE}`);
  const raise = () => {
    throw thrown;
  };

  module("arguments that are changed after a call has started", () => {
    test("a query with dates and further parameters is copied at the call", async (assert) => {
      const fetch = stubFetch(bodyOf([]));
      const reader = client({ fetch });
      const [fromDate, extra] = [new Date("2026-03-01T00:00:00Z"), { area: 1 }];
      const calls = [1, 2, 3].map(() => {
        const call = reader.getSmsHistory({ fromDate, extra });
        fromDate.setUTCDate(fromDate.getUTCDate() + 1);
        extra.area += 1;
        return call;
      });
      await Promise.all(calls);
      assert.deepEqual(
        fetch.calls.map(({ url: { searchParams } }) => [
          searchParams.get("from_date"),
          searchParams.get("area"),
        ]),
        [1, 2, 3].map((day) => [`2026-03-0${day} 00:00:00`, `${day}`]),
      );
    });

    test("the query of a history is copied at the call", async (assert) => {
      const fetch = stubFetch(bodyOf([]));
      const toDate = new Date("2025-03-01T00:00:00Z");
      const pages = client({ fetch }).pages({ toDate });
      toDate.setTime(Number.NaN);
      await pages.next();
      assert.equal(fetch.calls[0].url.searchParams.get("to_date"), "2025-03-01 00:00:00");
    });

    test("the options of a client are copied at its creation", async (assert) => {
      const fetch = stubFetch("busy", { status: 503 });
      const [retry, limiter] = [{ ...FAST_RETRY, maxAttempts: 2 }, { maxInFlight: 1 }];
      const reader = client({ fetch, retry, limiter });
      retry.maxAttempts = 3;
      limiter.maxInFlight = -1;
      assert.equal((await rejection(reader.getSmsHistory())).kind, "http");
      assert.equal(fetch.calls.length, 2);
    });

    test("the options of a limiter, the columns of an export and credentials are copied", async (assert) => {
      const limits = { maxInFlight: 1 };
      const limiter = new core.RateLimiter(limits);
      limits.maxInFlight = -1;
      const columns = ["text"];
      const stream = client({ limiter }).exportHistory({}, { columns });
      columns[0] = "nothing of the kind";
      assert.equal(await new Response(stream).text(), "text\r\n");
      const result = { ...sandbox.credentials };
      const reading = edge.ServiceAccount.fromCredentials({ result });
      result.private_key = "";
      assert.equal(typeof (await (await reading).mintToken()), "string");
    });

    test("a signal is not copied, even if it is a plain object", async (assert) => {
      const listeners = [];
      const signal = {
        aborted: false,
        reason: undefined,
        addEventListener: (_, listener) => listeners.push(listener),
        removeEventListener: () => {},
      };
      const hanging = client({ fetch: () => new Promise(() => {}) });
      const call = rejection(hanging.getSmsHistory({}, { signal }));
      while (listeners.length === 0) await sleep(1);
      Object.assign(signal, { aborted: true, reason: "enough" });
      for (const listener of listeners) listener();
      assert.equal(await call, "enough");
    });
  });

  module("arguments that are not objects with fields", () => {
    class Named {}
    const cases = [
      ["an AbortSignal", () => new AbortController().signal],
      ["a Map", () => new Map([["signal", 1]])],
      ["an array", () => [{ signal: undefined }]],
      ["an URLSearchParams", () => new URLSearchParams("count=5")],
      ["a Date", () => new Date()],
      ["a Response", () => new Response("{}")],
      ["a String", () => new String("count")],
      ["an ArrayBuffer", () => new ArrayBuffer(8)],
      ["a Named", () => new Named(), [true]],
      ["an object without known fields", () => Object.create({ unknown: 5 })],
    ];
    for (const [what, make] of cases) {
      for (const [way, begin] of Object.entries(ways)) {
        test(`${what} passed to ${way} is refused, and named in the error`, async (assert) => {
          const fetch = stubFetch(bodyOf([]));
          const { output } = { output: way === "download()" ? "csv" : undefined };
          for (const [kind, call] of [
            ["invalid_query", (reader) => begin(reader, make())],
            ["invalid_options", (reader) => begin(reader, { output }, make())],
          ]) {
            const error = await rejection(call(client({ fetch })));
            assert.ok(error instanceof core.SmsHistoryError, String(error));
            assert.equal(error.kind, kind);
            assert.ok(error.message.includes("an object with fields such as {"), error.message);
            // Minifiers rename classes.
            if (what !== "a Named") assert.ok(error.message.endsWith(`, got ${what}`), error.message);
          }
          assert.equal(fetch.calls.length, 0);
        });
      }

      test(`${what} is refused as options of a client, a limiter and an account, and as credentials`, async (assert) => {
        const account = await edge.ServiceAccount.fromCredentials(sandbox.credentials);
        for (const [kind, call] of [
          ["invalid_options", () => new core.SmsHistoryClient(make()).getSmsHistory()],
          ["invalid_options", () => client({ limiter: make() }).getSmsHistory()],
          ["invalid_options", () => client({ limiter: new core.RateLimiter(make()) }).getSmsHistory()],
          ["invalid_options", () => edge.ServiceAccount.fromCredentials(sandbox.credentials, make())],
          ["invalid_options", () => account.mintToken(make())],
          ["credentials", () => edge.ServiceAccount.fromCredentials(make())],
        ]) {
          const error = await rejection(call());
          assert.ok(error instanceof core.SmsHistoryError, String(error));
          assert.equal(error.kind, kind, error.message);
        }
      });
    }

    test("objects with fields are accepted, whatever their class, and objects without a prototype", async (assert) => {
      class Query {
        count = 5;
      }
      const bare = Object.assign(Object.create(null), { count: 5 });
      const fetch = stubFetch(bodyOf([]));
      for (const query of [new Query(), bare, new Proxy({ count: 5 }, {})])
        await client({ fetch }).getSmsHistory(query);
      for (const { url } of fetch.calls) assert.equal(url.search, "?count=5");
      await client({ fetch }).getSmsHistory(Object.create(null), {});
    });
  });

  module("fields of classes, prototypes and decorators", () => {
    test("are read from a query: getters, private fields, inherited and hidden ones", async (assert) => {
      class Query {
        direction = "in";
        #from = "2025-12-01T00:00:00Z";
        get fromDate() {
          return this.#from;
        }
      }
      const fetch = stubFetch(bodyOf([]));
      for (const query of [
        new Query(),
        Object.assign(Object.create({ fromDate: "2025-12-01T00:00:00Z" }), { direction: "in" }),
        Object.create({ fromDate: "2025-12-01T00:00:00Z", direction: "in" }),
        Object.defineProperty({ direction: "in" }, "fromDate", { value: "2025-12-01T00:00:00Z" }),
      ])
        await client({ fetch }).getSmsHistory(query);
      assert.equal(fetch.calls.length, 4);
      for (const { url } of fetch.calls)
        assert.equal(url.search, "?direction=IN&from_date=2025-12-01%2000%3A00%3A00");
    });

    test("are read from the options of a call, a client, a retry and a limiter", async (assert) => {
      class Config {
        token = SECRET;
        get baseUrl() {
          return "https://api.example/platform_api";
        }
        get retry() {
          return Object.create({ ...FAST_RETRY, maxAttempts: 2 });
        }
        get fetch() {
          return fetch;
        }
      }
      const fetch = stubFetch("busy", { status: 503 });
      await rejection(new core.SmsHistoryClient(new Config()).getSmsHistory());
      assert.deepEqual(
        fetch.calls.map(({ url }) => url.host),
        ["api.example", "api.example"],
      );
      const aborted = Object.assign(Object.create({ signal: AbortSignal.abort("stop") }), { limit: 3 });
      assert.equal(await rejection(client().pages({}, aborted).next()), "stop");
      const limiter = Object.create({ maxInFlight: -1 });
      const error = await rejection(client({ limiter }).getSmsHistory());
      assert.ok(error.message.startsWith("maxInFlight: "), error.message);
    });

    test("do not come from Object.prototype", async (assert) => {
      const fetch = stubFetch(bodyOf([]));
      Object.prototype.baseUrl = "https://evil.example";
      try {
        await client({ fetch }).getSmsHistory();
      } finally {
        delete Object.prototype.baseUrl;
      }
      assert.equal(fetch.calls[0].url.host, "api.voximplant.com");
      const get = () => client({ fetch }).getSmsHistory();
      const withoutToken = new core.SmsHistoryClient({ fetch });
      for (const [name, value] of Object.entries({
        relay: "https://evil.example",
        limiter: 5,
        signal: AbortSignal.abort("evil"),
        token: "evil",
      })) {
        Object.prototype[name] = value;
        try {
          assert.equal((await get()).length, 0, name);
          const error = await rejection(withoutToken.getSmsHistory());
          assert.ok(error.message.startsWith("token: expected a string"), `${name}: ${error.message}`);
        } finally {
          delete Object.prototype[name];
        }
      }
    });
  });

  module("objects that throw when their fields are read", () => {
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    };
    const cases = {
      "a getter": () => Object.defineProperty({}, "signal", { enumerable: true, get: raise }),
      "a proxy": () => new Proxy({ signal: 1 }, { get: raise }),
      "a proxy that does not list its fields": () => new Proxy({}, { ownKeys: raise }),
      "a revoked proxy": revoked,
      "a getter within": () => ({
        extra: Object.defineProperty({}, "area", { enumerable: true, get: raise }),
      }),
      "a revoked proxy within": () => ({ extra: revoked() }),
      "a revoked proxy in an array": () => ({ columns: [revoked()] }),
    };
    for (const [what, make] of Object.entries(cases)) {
      test(`${what} causes an error of the right kind, whose cause is the thrown value`, async (assert) => {
        const account = await edge.ServiceAccount.fromCredentials(sandbox.credentials);
        const calls = Object.values(ways).flatMap((begin) => [
          ["invalid_query", () => begin(client(), make())],
          ["invalid_options", () => begin(client(), { output: undefined }, make())],
        ]);
        calls.push(
          ["invalid_options", () => new core.SmsHistoryClient(make()).getSmsHistory()],
          ["invalid_options", () => client({ limiter: new core.RateLimiter(make()) }).getSmsHistory()],
          ["invalid_options", () => account.mintToken(make())],
          ["credentials", () => edge.ServiceAccount.fromCredentials(make())],
        );
        for (const [kind, call] of calls) {
          const error = await rejection(call());
          assert.ok(error instanceof core.SmsHistoryError, String(error));
          assert.equal(error.kind, kind, error.message);
          if (what.includes("revoked")) assert.ok(error.cause instanceof TypeError);
          else assert.strictEqual(error.cause, thrown);
          assert.notOk(error.message.includes(SECRET), error.message);
        }
      });
    }
  });
}
