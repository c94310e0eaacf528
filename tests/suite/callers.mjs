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

/** The caller's `fetch` and token. */
export default function callers(QUnit, context) {
  const { core, sandbox, inspect } = context;
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

    test("an unreachable server causes a network error", async (assert) => {
      const error = await failing({ baseUrl: "http://127.0.0.1:9/platform_api" });
      assert.deepEqual([error.kind, error.retryable, error.httpStatus], ["network", true, undefined]);
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
}
