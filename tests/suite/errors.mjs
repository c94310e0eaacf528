import { accountOf, answering, bodyOf, PHONE, ROW, recording, rejection, SECRET, shown } from "./helpers.mjs";

/** What goes wrong, and what is told of it. */
export default function errors(QUnit, context) {
  const { core, edge, sandbox, inspect } = context;
  const { module, test } = QUnit;
  const failing = (options, query) =>
    rejection(new core.SmsHistoryClient({ token: SECRET, ...options }).getSmsHistory(query));

  module("replies", () => {
    test("an API error is told with its code at any HTTP status, in both forms", async (assert) => {
      const error = { code: 456, msg: `token ${SECRET} of ${PHONE} expired` };
      for (const body of [{ error }, { errors: [error] }, { error, errors: [error] }]) {
        for (const status of [200, 400, 401, 500]) {
          const thrown = await failing({ fetch: answering(JSON.stringify(body), { status }) });
          assert.deepEqual(
            [thrown.kind, thrown.code, thrown.httpStatus, thrown.retryable],
            ["api", 456, status, false],
          );
          assert.notOk(shown(thrown, inspect).includes(SECRET) || shown(thrown, inspect).includes(PHONE));
        }
      }
    });

    test("an API error that is not in the facts keeps its code and quotes no number", async (assert) => {
      const body = JSON.stringify({ error: { code: 9999, msg: `No luck with ${PHONE} and '${SECRET}'` } });
      const thrown = await failing({ fetch: answering(body) });
      assert.deepEqual([thrown.kind, thrown.code], ["api", 9999]);
      assert.ok(thrown.message.includes("No luck"), thrown.message);
      assert.notOk(thrown.message.includes(PHONE) || thrown.message.includes(SECRET), thrown.message);
    });

    test("transient codes are retryable, rate limits are their own kind and say how long to wait", async (assert) => {
      const told = async (code, init) => {
        const thrown = await failing({
          fetch: answering(JSON.stringify({ error: { code, msg: "" } }), init),
        });
        return [thrown.kind, thrown.retryable, thrown.retryAfterMs];
      };
      for (const code of [1, 2, 4]) assert.deepEqual(await told(code), ["api", true, undefined]);
      assert.deepEqual(await told(340, { headers: { "retry-after": "3" } }), ["rate_limited", true, 3000]);
      assert.deepEqual(await told(104), ["api", false, undefined]);
      const status = await failing({
        fetch: answering("slow down", { status: 429, headers: { "retry-after": "7" } }),
      });
      assert.deepEqual([status.kind, status.httpStatus, status.retryAfterMs], ["rate_limited", 429, 7000]);
    });

    const page = bodyOf([ROW, ROW]);
    const bodies = [
      ["HTML", "<!doctype html><title>Sign in</title>", "HTML", { "content-type": "text/html" }],
      ["nothing", "", "empty", {}],
      ["white space", " \n ", "white space", {}],
      ["a truncated page", page.slice(0, 100), "100 bytes", {}],
      ["bytes that are not UTF-8", new Uint8Array([123, 34, 0xff, 0xfe, 34, 125]), "UTF-8", {}],
      ["plain words", "Service temporarily out of order", "not JSON", {}],
      ["another document", '{"ok":true}', "result", {}],
      ["rows that are no array", '{"result":{"a":1}}', "result", {}],
      ["an array", "[1,2]", "JSON", {}],
      ["a row that is no object", '{"result":[5]}', "row 0", {}],
      ["more after the end", `${page}{}`, "JSON", {}],
    ];
    for (const [name, body, word, headers] of bodies) {
      test(`${name} instead of a page is a format error that says so and quotes nothing`, async (assert) => {
        const error = await failing({ fetch: answering(body, { headers }) });
        assert.equal(error.kind, "format");
        assert.equal(error.httpStatus, 200);
        assert.ok(error.message.includes(word), error.message);
        for (const quoted of [PHONE, "Sign in", "temporarily"])
          assert.notOk(error.message.includes(quoted), error.message);
      });
    }

    test("a status that says failure is an http error, retryable from 500 on", async (assert) => {
      for (const [status, retryable] of [
        [403, false],
        [404, false],
        [408, true],
        [500, true],
        [503, true],
      ]) {
        const error = await failing({ fetch: answering("<html>", { status }) });
        assert.deepEqual([error.kind, error.httpStatus, error.retryable], ["http", status, retryable]);
      }
    });

    const wrong = [
      ["message_id", "9007199254740992"],
      ["message_id", '"9007199254740993"'],
      ["transaction_id", "1e300"],
      ["message_id", "-1"],
      ["fragments", "1.5"],
      ["cost", '"four"'],
      ["processed_date", '"2026-02-30 00:00:00"'],
      ["processed_date", '"2026-03-08"'],
      ["processed_date", "1772937015"],
      ["text", '{"a":"b"}'],
      ["source_number", "true"],
    ];
    for (const [field, value] of wrong) {
      test(`${field} ${value} is an error that names row and field, never a rounded or guessed value`, async (assert) => {
        const body = `{"result":[{"message_id":9007199254740991},{"${field}":${value}}]}`;
        const error = await failing({ fetch: answering(body) });
        assert.equal(error.kind, "format");
        assert.ok(error.message.includes("row 1") && error.message.includes(field), error.message);
        assert.notOk(error.message.includes("9007199254740993"), error.message);
      });
    }

    test("the largest exact id is kept", async (assert) => {
      const fetch = answering(
        '{"result":[{"message_id":9007199254740991,"transaction_id":"9007199254740990"}]}',
      );
      const row = (await new core.SmsHistoryClient({ token: SECRET, fetch }).getSmsHistory()).at(0);
      assert.deepEqual([row.messageId, row.transactionId], [9007199254740991, 9007199254740990]);
    });
  });

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

  module("abort", () => {
    const reasons = [
      ["an Error", new Error("enough")],
      ["a string", "enough"],
      ["an object", { kind: "mine", message: "x" }],
      ["nothing", undefined],
    ];
    const hanging = () =>
      recording(
        (_, { signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      );
    const slowBody = () =>
      recording(
        async (_, { signal }) =>
          new Response(
            new ReadableStream({
              start: (c) => {
                c.enqueue(new TextEncoder().encode('{"result":['));
                signal.addEventListener("abort", () => c.error(signal.reason));
              },
            }),
          ),
      );
    for (const [name, reason] of reasons) {
      for (const [when, make] of [
        ["before the start", hanging],
        ["during the request", hanging],
        ["during the body", slowBody],
      ]) {
        test(`with ${name} ${when} rejects with the signal's own reason and stops the request`, async (assert) => {
          const controller = new AbortController();
          const fetch = make();
          const client = new core.SmsHistoryClient({ token: SECRET, fetch });
          if (when === "before the start") controller.abort(reason);
          const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
          if (when !== "before the start") {
            while (fetch.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
            controller.abort(reason);
          }
          const thrown = await call;
          assert.strictEqual(thrown, controller.signal.reason);
          if (when === "before the start") assert.equal(fetch.calls.length, 0);
          else assert.ok(fetch.calls[0].init.signal.aborted);
        });
      }
    }

    test("a client works on after an abort", async (assert) => {
      const controller = new AbortController();
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
      controller.abort("enough");
      assert.equal(await call, "enough");
      assert.equal((await client.getSmsHistory({ count: 2 })).length, 2);
    });

    test("a signal that fires after the call is over changes nothing", async (assert) => {
      const controller = new AbortController();
      const client = new core.SmsHistoryClient({ token: SECRET, fetch: answering(bodyOf([ROW])) });
      const page = await client.getSmsHistory({}, { signal: controller.signal });
      controller.abort();
      assert.equal(page.at(0).messageId, ROW.message_id);
    });
  });
}
