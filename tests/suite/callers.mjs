import {
  accountOf,
  bodyOf,
  PHONE,
  printedForms,
  recordingFetch,
  rejection,
  SECRET,
  stubFetch,
} from "./helpers.mjs";

/** The caller's `fetch` and token, arguments of other shapes and in other places, and methods without their object. */
export default function callers(QUnit, context) {
  const { core, edge, sandbox, inspect } = context;
  const { module, test } = QUnit;
  const failing = (options, query) =>
    rejection(new core.SmsHistoryClient({ token: SECRET, retry: false, ...options }).getSmsHistory(query));

  module("the caller's fetch", () => {
    const thrown = new TypeError(`request to https://h/?source_number=${PHONE} failed`);
    thrown.config = { headers: { Authorization: `Bearer ${SECRET}` } };
    const bad = [
      [
        "throws",
        () => {
          throw thrown;
        },
        "network",
        thrown,
      ],
      [
        "rejects",
        async () => {
          throw thrown;
        },
        "network",
        thrown,
      ],
      [
        "rejects with a string",
        async () => {
          throw `Bearer ${SECRET}`;
        },
        "network",
        `Bearer ${SECRET}`,
      ],
      ["rejects with nothing", () => Promise.reject(), "network", undefined],
      ["returns nothing", () => undefined, "invalid_options"],
      ["returns a number", async () => 42, "invalid_options"],
      ["returns an empty object", async () => ({}), "invalid_options"],
      [
        "returns a Response whose body fails",
        async () =>
          new Response(
            new ReadableStream({
              pull(c) {
                c.error(thrown);
              },
            }),
          ),
        "network",
      ],
      [
        "returns a Response whose body is not a buffer",
        async () => ({ status: 200, headers: new Headers(), arrayBuffer: async () => "text" }),
        "invalid_options",
      ],
    ];
    for (const [how, fetch, kind, cause] of bad) {
      test(`that ${how} causes a typed error, which keeps the thrown value as cause and never prints it`, async (assert) => {
        const error = await failing({ fetch }, { sourceNumber: PHONE });
        assert.ok(error instanceof core.SmsHistoryError && error instanceof Error);
        assert.equal(error.kind, kind);
        assert.equal(error.retryable, kind === "network");
        if (kind === "network" && !how.includes("body")) assert.strictEqual(error.cause, cause);
        assert.notOk(printedForms(error, inspect).includes(SECRET), "token");
        assert.notOk(printedForms(error, inspect).includes(PHONE), "phone number");
      });
    }

    test("a method that has lost its object is named, and not taken for a network failure", async (assert) => {
      // Workers pass the method of a service binding by mistake.
      const { get } = new Headers();
      for (const fetch of [get, async () => get("name")]) {
        const error = await failing({ fetch });
        assert.deepEqual([error.kind, error.retryable], ["invalid_options", false], error.message);
        assert.ok(error.message.includes("a method without its object"), error.message);
      }
    });

    test("an unreachable server causes a network error that names the host and says that there is no connection", async (assert) => {
      // The runtimes refuse to connect to port 9. Nothing listens on port 47.
      for (const host of ["127.0.0.1:9", "127.0.0.1:47"]) {
        const error = await failing({ baseUrl: `http://${host}/platform_api` }, { sourceNumber: PHONE });
        assert.deepEqual([error.kind, error.retryable, error.httpStatus], ["network", true, undefined]);
        assert.ok(error.message.includes(`from ${host}, got`), error.message);
        assert.ok(error.message.includes("no connection"), error.message);
        assert.notOk(error.message.includes(PHONE), error.message);
      }
    });

    test("Response.error() is a network failure, and an opaque response is not readable", async (assert) => {
      const foreign = (type) => ({
        type,
        status: 0,
        headers: new Headers(),
        arrayBuffer: async () => new ArrayBuffer(0),
      });
      for (const fetch of [async () => Response.error(), async () => foreign("error")]) {
        const error = await failing({ fetch });
        assert.deepEqual([error.kind, error.retryable], ["network", true]);
        assert.ok(error.message.includes("api.voximplant.com, got Response.error()"), error.message);
      }
      const opaque = await failing({ fetch: async () => foreign("opaque") });
      assert.deepEqual([opaque.kind, opaque.retryable], ["invalid_options", false]);
      assert.ok(opaque.message.includes("opaque") && opaque.message.includes("no-cors"), opaque.message);
      const read = new Response("{}");
      await read.text();
      const unreadable = await failing({ fetch: async () => read });
      assert.deepEqual([unreadable.kind, unreadable.retryable], ["invalid_options", false]);
      assert.ok(unreadable.message.endsWith("; read response.clone()"), unreadable.message);
      const redirect = await failing({ fetch: async () => foreign("opaqueredirect") });
      assert.equal(redirect.kind, "http");
      assert.ok(redirect.message.includes("redirect"), redirect.message);
    });
  });

  module("tokens of the caller", () => {
    const token = recordingFetch(async () => new Response(bodyOf([])));
    const bad = [
      [
        "throws",
        () => {
          throw new Error(SECRET);
        },
      ],
      [
        "rejects",
        async () => {
          throw new Error(SECRET);
        },
      ],
      ["rejects with a string", () => Promise.reject(SECRET)],
      ["returns a number", () => 5],
      ["returns nothing", async () => undefined],
      ["returns an empty string", () => ""],
      ["returns a token with a newline", () => `${SECRET}\n`],
      ["returns a token with a space", async () => `Bearer ${SECRET}`],
    ];
    for (const [how, callback] of bad) {
      test(`a callback that ${how} causes a token error, and no request is sent`, async (assert) => {
        const error = await failing({ token: callback, fetch: token });
        assert.equal(error.kind, "token");
        assert.notOk(printedForms(error, inspect).includes(SECRET));
        assert.equal(token.calls.length, 0);
      });
    }

    test("a fixed token with a newline is refused", async (assert) => {
      const error = await failing({ token: `${SECRET}\r\nX-Other: 1`, fetch: token });
      assert.equal(error.kind, "token");
      assert.notOk(printedForms(error, inspect).includes(SECRET));
      assert.equal(token.calls.length, 0);
    });

    test("a callback's JWT is cached until it expires, and an opaque token is requested for each call", async (assert) => {
      const account = await accountOf(context);
      for (const [give, times] of [
        [() => account.mintToken(), 1],
        [() => SECRET, 3],
      ]) {
        let asked = 0;
        const callback = ({ renew }) => {
          asked += 1;
          assert.equal(renew, false);
          return give();
        };
        const client = new core.SmsHistoryClient({ token: callback, fetch: stubFetch(bodyOf([])) });
        for (let call = 0; call < 3; call += 1) await client.getSmsHistory();
        assert.equal(asked, times);
      }
    });

    test("an expired fixed token causes the API's error 456", async (assert) => {
      const account = await accountOf(context);
      const token = await account.mintToken({ ttlSeconds: 1 });
      const late = Date.now() + 3000;
      const client = new core.SmsHistoryClient({ token, baseUrl: sandbox.url });
      let error;
      while (error === undefined && Date.now() < late + 20_000) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        error = await client.getSmsHistory({ count: 1 }).then(
          () => undefined,
          (thrown) => thrown,
        );
      }
      assert.deepEqual([error.kind, error.code], ["api", 456]);
      assert.notOk(printedForms(error, inspect).includes(token));
    });
  });

  const client = (options) =>
    new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([{ message_id: 1 }])), ...options });

  module("options of another shape", () => {
    const retry = "retry: expected false or an object such as { maxAttempts: 3 }, got ";
    const limiter = "limiter: expected a RateLimiter or an object such as { requestsPerSecond: 5 }, got ";
    const timeout = "timeoutMs: expected milliseconds from 1 to 2147483647, or false for no limit, got ";
    const token = "token: expected a string, a function that returns one, or a ServiceAccount, got ";
    const concurrency = "concurrency: expected an integer from 1 to 6, got ";
    for (const [options, message] of [
      [{ retry: 3 }, `${retry}a number`],
      [{ retry: true }, `${retry}a boolean`],
      [{ retry: "3" }, `${retry}a string`],
      [{ retry: [] }, `${retry}an array`],
      [{ retry: () => 3 }, `${retry}a function`],
      [{ limiter: 5 }, `${limiter}a number`],
      [{ limiter: true }, `${limiter}a boolean`],
      [{ limiter: "5" }, `${limiter}a string`],
      [{ concurrency: "4" }, `${concurrency}a string`],
      [{ concurrency: 0 }, `${concurrency}0`],
      [{ concurrency: 1.5 }, `${concurrency}a number with a fraction`],
      [{ timeoutMs: "30s" }, `${timeout}a string`],
      [{ timeoutMs: Infinity }, `${timeout}Infinity`],
      [{ timeoutMs: Number.NaN }, `${timeout}NaN`],
      [{ timeoutMs: 0 }, `${timeout}0`],
      [{ timeoutMs: -1 }, `${timeout}a negative number`],
      [{ timeoutMs: true }, `${timeout}a boolean`],
      [{ attemptTimeoutMs: Infinity }, `attemptT${timeout.slice(1)}Infinity`],
      [{ onEvent: "log" }, "onEvent: expected a function, got a string"],
      [{ onEvent: {} }, "onEvent: expected a function, got an object"],
      [{ fetch: "fetch" }, "fetch: expected a function, got a string"],
      [{ fetch: Promise.resolve() }, "fetch: expected a function, got a Promise that was not awaited"],
      [{ token: Promise.resolve(SECRET) }, `${token}a Promise that was not awaited`],
      [{ token: { token: SECRET } }, `${token}an object`],
      [{ token: 5 }, `${token}a number`],
    ]) {
      test(`say what is allowed: ${Object.keys(options)} as ${message.split("got ")[1]}`, async (assert) => {
        const error = await rejection(client(options).getSmsHistory());
        assert.deepEqual([error.kind, error.message], ["invalid_options", message]);
      });
    }

    test("a limiter without a limit is refused, such as a copy of one", async (assert) => {
      const { RateLimiter } = core;
      const limiters = [{}, JSON.parse(JSON.stringify(new RateLimiter({ maxInFlight: 1 })))];
      for (const limiter of [...limiters, new RateLimiter(), new RateLimiter(null)]) {
        const error = await rejection(client({ limiter }).getSmsHistory());
        assert.equal(error.kind, "invalid_options");
        assert.ok(
          error.message.startsWith("limiter: expected requestsPerSecond or maxInFlight, got neither"),
        );
      }
      for (const limiter of [undefined, null])
        assert.equal((await client({ limiter }).getSmsHistory()).length, 1);
    });

    test("the default of one delay of a retry follows the other", async (assert) => {
      for (const retry of [{ maxDelayMs: 0 }, { maxDelayMs: 100 }, { baseDelayMs: 10_000 }])
        assert.equal((await client({ retry }).getSmsHistory()).length, 1);
      const error = await rejection(client({ retry: { baseDelayMs: 2, maxDelayMs: 1 } }).getSmsHistory());
      assert.ok(error.message.startsWith("retry.baseDelayMs: expected at most retry.maxDelayMs"));
    });

    test("options that were not awaited are named", async (assert) => {
      for (const lib of [core, edge]) {
        const error = await rejection(new lib.SmsHistoryClient(Promise.resolve({})).getSmsHistory());
        const message = "options: expected an object, got a Promise that was not awaited";
        assert.deepEqual([error.kind, error.message], ["invalid_options", message]);
      }
    });

    test("a token callback may return a promise that is a function, as Workers' RPC does", async (assert) => {
      // biome-ignore lint/suspicious/noThenProperty: a token callback may return any thenable
      const token = () => Object.defineProperty(() => {}, "then", { value: (resolve) => resolve(SECRET) });
      assert.equal((await client({ token }).getSmsHistory()).length, 1);
    });

    test("instances of classes do not pass for options of which none is set", async (assert) => {
      for (const value of [new Map([["maxAttempts", 1]]), new Set(["a"]), new Date(), /x/]) {
        const shape = `an instance of ${value.constructor.name}`;
        const error = await rejection(client({ retry: value }).getSmsHistory());
        assert.equal(
          error.message,
          `retry: expected false or an object such as { maxAttempts: 3 }, got ${shape}`,
        );
        const other = await rejection(client().getSmsHistory({ extra: value }));
        assert.equal(other.message, `extra: expected an object of names and values, got ${shape}`);
      }
      for (const extra of [
        {},
        Object.create(null),
        new (class Extra {
          a = 1;
        })(),
      ])
        assert.equal((await client({ retry: {} }).getSmsHistory({ extra })).length, 1);
    });

    test("a count as a string is described once", async (assert) => {
      const error = await failing({}, { count: "20" });
      const message =
        "count: expected an integer from 1 to 1000, got a string of 2 characters; pass a number";
      assert.deepEqual([error.kind, error.message], ["invalid_query", message]);
    });
  });

  module("arguments in another place", () => {
    const OF_HISTORIES = "the options of a call that reads a whole history";
    const LIMIT = `${OF_HISTORIES}; for one page set the query's \`count\`, and pass to newest() a number`;
    const OF_CALLS = {
      signal: "the options of a call, its second argument, or the third of newest()",
      limit: LIMIT,
      ...Object.fromEntries("cursor concurrency onProgress".split(" ").map((name) => [name, OF_HISTORIES])),
      ...Object.fromEntries(
        "bucket timeZone top emptyBuckets by".split(" ").map((name) => [name, "the options of summarize()"]),
      ),
      maxMessages: "the options of spans()",
      ...Object.fromEntries(
        "format columns neutralizeFormulas byteOrderMark delimiter trailer"
          .split(" ")
          .map((name) => [name, "the options of exportHistory() and openExport()"]),
      ),
    };
    const OF_CLIENTS = "token baseUrl allowHttp fetch timeoutMs attemptTimeoutMs retry limiter onEvent".split(
      " ",
    );
    const OF_QUERIES =
      "sourceNumber destinationNumber direction count offset fromDate toDate output extra".split(" ");
    const message = async (call) => (await rejection(call)).message;
    /** An object with a field from its prototype. */
    const inherited = (name) => Object.create({ [name]: {} });

    test("options of a call or of the client among the query's fields", async (assert) => {
      for (const [name, home] of Object.entries(OF_CALLS)) {
        for (const query of [{ [name]: {} }, inherited(name)])
          assert.equal(
            await message(client().getSmsHistory(query)),
            `query: expected no parameter \`${name}\`, got one; it belongs into ${home}`,
          );
      }
      for (const name of OF_CLIENTS) {
        for (const query of [{ [name]: {} }, inherited(name)]) {
          const told = await message(client().pages(query).next());
          assert.ok(told.endsWith(`\`${name}\`, got one; it belongs into the options of the client`), told);
        }
      }
      const { signal } = new AbortController();
      const error = await rejection(client().summarize({ count: 5, signal }));
      assert.equal(error.kind, "invalid_query");
      assert.ok(error.message.includes("`signal`"));
    });

    test("fields of the query or options of the client among a call's options", async (assert) => {
      for (const name of OF_QUERIES) {
        for (const options of [{ [name]: {} }, inherited(name)])
          assert.equal(
            await message(client().getSmsHistory({}, options)),
            `options: expected no option \`${name}\`, got one; it belongs into the query of a call`,
          );
      }
      for (const name of OF_CLIENTS) {
        const told = await message(
          client()
            .exportHistory({}, { [name]: {} })
            .getReader()
            .read(),
        );
        assert.ok(told.endsWith("it belongs into the options of the client"), told);
      }
      const told = await message(client().getSmsHistory({}, { from_date: "2026-01-01 00:00:00" }));
      assert.ok(told.includes("`fromDate`, got one; it belongs into the query"), told);
    });

    test("options of a call, and those of retry and limiter, among the client's", async (assert) => {
      for (const [name, home] of [
        ["signal", OF_CALLS.signal],
        ["cursor", OF_CALLS.cursor],
        ["direction", "the query of a call"],
        ["maxAttempts", "the client's option retry"],
        ["maxInFlight", "the client's option limiter"],
      ]) {
        const told = await message(client({ [name]: 1 }).getSmsHistory());
        assert.equal(told, `options: expected no option \`${name}\`, got one; it belongs into ${home}`);
      }
    });

    test("the known options of a client are listed with its limiter", async (assert) => {
      const told = await message(client({ zzz: 1 }).getSmsHistory());
      assert.ok(told.startsWith("options: unknown option `zzz`; known are token, "), told);
      for (const name of [...OF_CLIENTS, "concurrency"]) {
        assert.ok(told.split(/[ ,]+/).includes(name), `${name}: ${told}`);
      }
      const misspelt = await message(client({ limitter: {} }).getSmsHistory());
      assert.equal(misspelt, "options: unknown option `limitter`; did you mean `limiter`?");
    });

    test("options of another method are refused with their own", async (assert) => {
      const calls = [
        [() => client().pages({}, { bucket: "day" }).next(), "bucket"],
        [() => client().getSmsHistory({}, { limit: 5 }), "limit"],
        [() => client().summarize({}, { columns: [] }), "columns"],
      ];
      for (const [call, name] of calls)
        assert.equal(
          await message(call()),
          `options: expected no option \`${name}\`, got one; it belongs into ${OF_CALLS[name]}`,
        );
    });

    test("options of histories that count() and spans() do not use are refused", async (assert) => {
      for (const [call, name] of [
        [(options) => client().count({}, options), "concurrency"],
        [(options) => client().count({}, options), "onProgress"],
        [(options) => client().spans({}, options), "concurrency"],
      ])
        assert.equal(
          await message(call({ [name]: name === "onProgress" ? () => {} : 2 })),
          `options: expected no option \`${name}\`, got one; this call does not use it`,
        );
    });

    test("unknown options are refused with the known ones", async (assert) => {
      const told = await message(client().pages({}, { zzz: 1 }).next());
      assert.ok(told.startsWith("options: unknown option `zzz`; known are signal, "), told);
      assert.equal(
        await message(client().getSmsHistory({}, { zzz: 1 })),
        "options: unknown option `zzz`; the only one is `signal`",
      );
      const misspelt = await message(client().summarize({}, { timezone: "UTC" }));
      assert.equal(misspelt, "options: unknown option `timezone`; did you mean `timeZone`?");
      const extra = await message(client().getSmsHistory({ timezone: "UTC" }));
      assert.equal(extra, "query: expected no parameter `timezone`, got one; it belongs into `extra`");
    });

    test("a client without a token is told of the relay", async (assert) => {
      assert.equal(
        await message(client({ token: undefined }).getSmsHistory()),
        "token: expected a string, a function that returns one, or a ServiceAccount, got undefined; set it, or the option relay",
      );
    });
  });

  module("methods without their object", () => {
    const isLost = (assert, error, owner, method) => {
      assert.ok(error instanceof core.SmsHistoryError, `${method}: ${error}`);
      assert.equal(error.kind, "invalid_options");
      assert.ok(error.message.includes(`the method lost its ${owner}`), error.message);
      assert.ok(error.message.startsWith(`${method}: `), error.message);
    };
    const isBehindProxy = (assert, error, owner, method) => {
      assert.equal(error.kind, "invalid_options");
      assert.equal(
        error.message,
        `${method}: expected its ${owner} as \`this\`, got one behind a Proxy; pass the ${owner} itself (Vue's ref or ` +
          "reactive: use shallowRef or markRaw)",
      );
    };
    const thrownBy = async (call) => rejection((async () => call())());

    test("every method of a client says that it lost its client", async (assert) => {
      for (const lib of [core, edge]) {
        const { prototype } = lib.SmsHistoryClient;
        const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
        assert.ok(names.length >= 7, names.join());
        for (const name of names) {
          const { [name]: method } = client();
          isLost(assert, await thrownBy(() => method()), "client", name);
          isLost(assert, await thrownBy(() => method.call({})), "client", name);
          isBehindProxy(assert, await thrownBy(() => new Proxy(client(), {})[name]()), "client", name);
        }
      }
    });

    test("those that return promises reject", async (assert) => {
      const { getSmsHistory } = client();
      isLost(assert, await rejection(getSmsHistory()), "client", "getSmsHistory");
      isLost(assert, await rejection([{}].map(getSmsHistory)[0]), "client", "getSmsHistory");
      assert.equal((await client().getSmsHistory.call(client())).length, 1);
    });

    test("so do those of pages, files, iterators and accounts", async (assert) => {
      const page = await client().getSmsHistory();
      for (const name of ["at", "toArray", "column", "toJSON"]) {
        const { [name]: method } = page;
        isLost(assert, await thrownBy(() => method(0)), "page", name);
      }
      const { [Symbol.iterator]: iterate } = page;
      isLost(assert, await thrownBy(() => [...iterate()]), "page", "[Symbol.iterator]");
      const file = await client({
        fetch: stubFetch("a,b\n1,2\n", { headers: { "content-type": "text/csv" } }),
      }).download({ output: "csv" });
      for (const name of ["arrayBuffer", "bytes", "text", "blob"]) {
        const { [name]: method } = file;
        isLost(assert, await rejection(method()), "file", name);
      }
      assert.equal(await file.text(), "a,b\n1,2\n");
      for (const history of [client().pages(), client().messages()]) {
        for (const name of ["next", "return"]) {
          const { [name]: method } = history;
          isLost(assert, await rejection(method()), "history", name);
        }
      }
      const { mintToken } = await accountOf(context);
      isLost(assert, await rejection(mintToken()), "account", "mintToken");
    });

    test("Vue puts no Proxy around the package's objects, because they are no plain objects", async (assert) => {
      const account = await accountOf(context);
      const page = await client().getSmsHistory();
      for (const object of [client(), new core.RateLimiter({ maxInFlight: 1 }), account, page])
        assert.notEqual(Object.prototype.toString.call(object), "[object Object]");
    });

    test("of a revoked proxy and a page behind one are typed errors, too", async (assert) => {
      const { proxy, revoke } = Proxy.revocable(client(), {});
      const { count } = proxy;
      revoke();
      isBehindProxy(assert, await thrownBy(() => count.call(proxy)), "client", "count");
      const page = new Proxy(await client().getSmsHistory(), {});
      isBehindProxy(assert, await thrownBy(() => page.at(0)), "page", "at");
    });

    test("mintToken() as a token callback names the account as the option, outside of the cause", async (assert) => {
      const account = await accountOf(context);
      for (const [token, says] of [
        [account.mintToken, "pass the account itself as `token`"],
        [
          account.mintToken.bind(account),
          "`renew`, got one; it belongs into the argument of a token callback",
        ],
      ]) {
        const fetch = stubFetch(bodyOf([]));
        const error = await rejection(client({ token, fetch }).getSmsHistory());
        assert.deepEqual([error.kind, error.retryable, fetch.calls.length], ["token", false, 0]);
        assert.ok(error.message.includes(says), error.message);
      }
    });

    test("proxies of limiters and accounts, as reactive frameworks make them, are typed errors", async (assert) => {
      const limiter = new Proxy(new core.RateLimiter({ maxInFlight: 1 }), {});
      isBehindProxy(assert, await rejection(client({ limiter }).getSmsHistory()), "limiter", "limiter");
      const account = await accountOf(context);
      for (const token of [new Proxy(account, {}), Object.create(account)]) {
        const error = await rejection(client({ token }).getSmsHistory());
        assert.deepEqual([error.kind, error.retryable], ["token", false]);
        assert.ok(error.message.includes("got one behind a Proxy; pass the account itself"), error.message);
      }
    });
  });

  module("constructors", () => {
    test("new ServiceAccount names fromCredentials", async (assert) => {
      for (const argument of [undefined, null, {}, "{}", { account_id: 1, key_id: "k", private_key: "p" }]) {
        let error;
        try {
          new edge.ServiceAccount(argument);
        } catch (thrown) {
          error = thrown;
        }
        assert.ok(error instanceof core.SmsHistoryError);
        assert.equal(error.kind, "credentials");
        assert.ok(error.message.includes("ServiceAccount.fromCredentials("), error.message);
      }
      const { fromCredentials } = edge.ServiceAccount;
      assert.ok((await fromCredentials(sandbox.credentials)) instanceof edge.ServiceAccount);
    });

    test("a constructor without new is the engine's TypeError", (assert) => {
      for (const name of ["SmsHistoryClient", "RateLimiter", "ServiceAccount"])
        assert.throws(() => edge[name]({ token: SECRET }), TypeError, name);
    });
  });

  module("instanceof", () => {
    test("accepts the errors of both entry points, and nothing that only looks like one", async (assert) => {
      const error = await failing({}, { count: 0 });
      assert.ok(error instanceof core.SmsHistoryError && error instanceof edge.SmsHistoryError);
      assert.ok(error instanceof Error);
      const { kind, message } = error;
      for (const other of [
        ...[undefined, null, 1, "SmsHistoryError", Symbol("x"), () => {}],
        ...[{}, { ...error }, { name: "SmsHistoryError", kind, message }, error.toJSON(), new Error(message)],
        structuredClone({ ...error }),
        Object.assign(new Error(message), error, { name: "SmsHistoryError" }),
      ])
        assert.notOk(other instanceof core.SmsHistoryError, String(Object(other).message));
    });

    test("of a derived class accepts its own instances only", async (assert) => {
      class Derived extends core.SmsHistoryError {}
      const error = await failing({}, { count: 0 });
      assert.notOk(error instanceof Derived);
      const own = new Derived({ kind: "network", message: "x" });
      assert.ok(own instanceof Derived && own instanceof core.SmsHistoryError && own instanceof Error);
    });
  });
}
