import { accountOf, answering, bodyOf, PHONE, recording, rejection, SECRET, shown } from "./helpers.mjs";

/** What the caller gives: `fetch` and the token. */
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
      ["gives nothing", () => undefined, "invalid_options"],
      ["gives a number", async () => 42, "invalid_options"],
      ["gives an empty object", async () => ({}), "invalid_options"],
      [
        "gives a Response whose body fails",
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
        "gives a Response whose body is no buffer",
        async () => ({ status: 200, headers: new Headers(), arrayBuffer: async () => "text" }),
        "invalid_options",
      ],
    ];
    for (const [how, fetch, kind, cause] of bad) {
      test(`that ${how} is a typed error; the thrown value is kept and never shown`, async (assert) => {
        const error = await failing({ fetch }, { sourceNumber: PHONE });
        assert.ok(error instanceof core.SmsHistoryError && error instanceof Error);
        assert.equal(error.kind, kind);
        assert.equal(error.retryable, kind === "network");
        if (kind === "network" && !how.includes("body")) assert.strictEqual(error.cause, cause);
        assert.notOk(shown(error, inspect).includes(SECRET), "token");
        assert.notOk(shown(error, inspect).includes(PHONE), "phone number");
      });
    }

    test("no server at all is a network error", async (assert) => {
      const error = await failing({ baseUrl: "http://127.0.0.1:9/platform_api" });
      assert.deepEqual([error.kind, error.retryable, error.httpStatus], ["network", true, undefined]);
    });
  });

  module("tokens of the caller", () => {
    const token = recording(async () => new Response(bodyOf([])));
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
      ["gives a number", () => 5],
      ["gives nothing", async () => undefined],
      ["gives an empty string", () => ""],
      ["gives a token with a newline", () => `${SECRET}\n`],
      ["gives a token with a space", async () => `Bearer ${SECRET}`],
    ];
    for (const [how, callback] of bad) {
      test(`a callback that ${how} is a token error, and nothing is sent`, async (assert) => {
        const error = await failing({ token: callback, fetch: token });
        assert.equal(error.kind, "token");
        assert.notOk(shown(error, inspect).includes(SECRET));
        assert.equal(token.calls.length, 0);
      });
    }

    test("a fixed token with a newline is refused", async (assert) => {
      const error = await failing({ token: `${SECRET}\r\nX-Other: 1`, fetch: token });
      assert.equal(error.kind, "token");
      assert.notOk(shown(error, inspect).includes(SECRET));
      assert.equal(token.calls.length, 0);
    });

    test("a callback's JWT is kept for its life, a token that is no JWT is asked for each time", async (assert) => {
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
        const client = new core.SmsHistoryClient({ token: callback, fetch: answering(bodyOf([])) });
        for (let call = 0; call < 3; call += 1) await client.getSmsHistory();
        assert.equal(asked, times);
      }
    });

    test("the API's refusal of an expired token", async (assert) => {
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
      assert.notOk(shown(error, inspect).includes(token));
    });
  });
}
