import {
  bodyOf,
  clearFaultsAfterEach,
  PHONE,
  printedForms,
  ROW,
  rejection,
  SECRET,
  setFaults,
  stubFetch,
  tokenOf,
  watchedClient,
} from "./helpers.mjs";

/** Responses that are not pages, and their errors. */
export default function replies(QUnit, context) {
  const { core, inspect } = context;
  const { module, test } = QUnit;
  const failing = (options, query) =>
    rejection(new core.SmsHistoryClient({ token: SECRET, retry: false, ...options }).getSmsHistory(query));

  module("responses", () => {
    test("an API error keeps its code at any HTTP status, in both forms", async (assert) => {
      const error = { code: 456, msg: `token ${SECRET} of ${PHONE} expired` };
      for (const body of [{ error }, { errors: [error] }, { error, errors: [error] }]) {
        for (const status of [200, 400, 401, 500]) {
          const thrown = await failing({ fetch: stubFetch(JSON.stringify(body), { status }) });
          assert.deepEqual(
            [thrown.kind, thrown.code, thrown.httpStatus, thrown.retryable],
            ["api", 456, status, false],
          );
          assert.notOk(
            printedForms(thrown, inspect).includes(SECRET) || printedForms(thrown, inspect).includes(PHONE),
          );
        }
      }
    });

    test("an unknown API error keeps its code and quotes no number", async (assert) => {
      const body = JSON.stringify({ error: { code: 9999, msg: `No luck with ${PHONE} and '${SECRET}'` } });
      const thrown = await failing({ fetch: stubFetch(body) });
      assert.deepEqual([thrown.kind, thrown.code], ["api", 9999]);
      assert.ok(thrown.message.includes("No luck"), thrown.message);
      assert.notOk(thrown.message.includes(PHONE) || thrown.message.includes(SECRET), thrown.message);
    });

    test("transient codes are retryable, and rate limits have a kind and a delay of their own", async (assert) => {
      const fieldsOf = async (code, init) => {
        const thrown = await failing({
          fetch: stubFetch(JSON.stringify({ error: { code, msg: "" } }), init),
        });
        return [thrown.kind, thrown.retryable, thrown.retryAfterMs];
      };
      for (const code of [1, 2, 4]) assert.deepEqual(await fieldsOf(code), ["api", true, undefined]);
      assert.deepEqual(await fieldsOf(340, { headers: { "retry-after": "3" } }), [
        "rate_limited",
        true,
        3000,
      ]);
      assert.deepEqual(await fieldsOf(104), ["api", false, undefined]);
      const status = await failing({
        fetch: stubFetch("slow down", { status: 429, headers: { "retry-after": "7" } }),
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
      ["a row that is no object", '{"result":[5]}', "result[0]: expected an object", {}],
      ["more after the end", `${page}{}`, "JSON", {}],
    ];
    for (const [name, body, word, headers] of bodies) {
      test(`${name} instead of a page causes a format error that names it and quotes nothing`, async (assert) => {
        const error = await failing({ fetch: stubFetch(body, { headers }) });
        assert.equal(error.kind, "format");
        assert.equal(error.httpStatus, 200);
        assert.ok(error.message.includes(word), error.message);
        for (const quoted of [PHONE, "Sign in", "temporarily"])
          assert.notOk(error.message.includes(quoted), error.message);
      });
    }

    test("an HTTP error status causes an http error, which is retryable from 500 on", async (assert) => {
      for (const [status, retryable] of [
        [403, false],
        [404, false],
        [408, true],
        [500, true],
        [503, true],
      ]) {
        const error = await failing({ fetch: stubFetch("<html>", { status }) });
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
      test(`${field} ${value} causes an error that names row and field, and is never rounded or guessed`, async (assert) => {
        const body = `{"result":[{"message_id":9007199254740991},{"${field}":${value}}]}`;
        const error = await failing({ fetch: stubFetch(body) });
        assert.equal(error.kind, "format");
        assert.ok(error.message.startsWith(`result[1].${field}: expected `), error.message);
        assert.notOk(error.message.includes("9007199254740993"), error.message);
      });
    }

    test("the largest exact id is read", async (assert) => {
      const fetch = stubFetch(
        '{"result":[{"message_id":9007199254740991,"transaction_id":"9007199254740990"}]}',
      );
      const row = (await new core.SmsHistoryClient({ token: SECRET, fetch }).getSmsHistory()).at(0);
      assert.deepEqual([row.messageId, row.transactionId], [9007199254740991, 9007199254740990]);
    });
  });
  module("errors in unusual shapes", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    const shapes = [
      ["a text", { body: "text" }, undefined, /an error that has no code: \w+/],
      ["an empty page beside it", { body: "empty-page" }, undefined, /no code: Service is in maintenance/],
      ["a code of letters", { body: "letters" }, undefined, /error ACCESS_DENIED/],
      ["a code with a decimal point", { body: "decimal", code: 104 }, 104, /service account/],
      ["the name of a parameter", { body: "parameter", code: 999 }, 999, /error 999: .*'from_date'/],
      ["the token", { body: "token", code: 999 }, 999, /error 999: .*…/],
    ];
    for (const [name, fields, code, message] of shapes) {
      test(`${name} in the body causes an api error, in pages, files and histories`, async (assert) => {
        await setFaults(context, { kind: "api-error", ...fields });
        const token = await tokenOf(context);
        const { client } = await watchedClient(context, { token, retry: false });
        for (const call of [
          () => client.getSmsHistory(),
          () => client.download({ output: "csv" }),
          () => client.summarize(),
        ]) {
          const error = await rejection(call());
          assert.deepEqual([error.kind, error.code, error.retryable], ["api", code, false]);
          assert.ok(message.test(error.message), error.message);
          assert.notOk(printedForms(error, inspect).includes(token.slice(0, 20)), error.message);
        }
      });
    }

    test("a token of plain words that the server repeats is in no printed form", async (assert) => {
      const token = "my-secret-token";
      for (const body of [
        `{"error":{"code":999,"msg":"Unknown token ${token}"}}`,
        `{"error":{"code":999,"msg":"Unknown token Bearer ${token}, cut my-secret-..."}}`,
        `{"error":{"code":"${token}"}}`,
        `{"error":"Unknown token (${token})"}`,
        `{"errors":["${token}"]}`,
        `{"message":"Unknown token ${token}"}`,
      ]) {
        const client = new core.SmsHistoryClient({ token, retry: false, fetch: stubFetch(body) });
        for (const call of [() => client.getSmsHistory(), () => client.download({ output: "xls" })]) {
          const error = await rejection(call());
          assert.equal(error.kind, "api", body);
          assert.ok(error.message.includes("…"), error.message);
          assert.notOk(printedForms(error, inspect).includes("secret"), error.message);
        }
      }
    });

    test("a missing path or the method's name in baseUrl is named", async (assert) => {
      const error = await failing({ fetch: stubFetch("", { status: 404 }) });
      assert.deepEqual([error.kind, error.httpStatus], ["http", 404]);
      assert.ok(error.message.includes("check baseUrl, where /platform_api may be missing"), error.message);
      for (const [baseUrl, word] of [
        ["https://api.voximplant.com/platform_api/GetSmsHistory", "method's name"],
        ["https://api.voximplant.com", "/platform_api"],
      ]) {
        const wrong = await failing({ baseUrl });
        assert.equal(wrong.kind, "invalid_options");
        assert.ok(wrong.message.includes(word), wrong.message);
      }
    });
  });
}
