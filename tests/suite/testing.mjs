import {
  readAll,
  recordingFetch,
  rejection,
  requestDirectly,
  SECRET,
  sleep,
  tokenOf,
  UNTIL,
} from "./helpers.mjs";

/** The entry point `/testing`: the fake against clients, and against the sandbox. */
export default function testingTests(QUnit, context) {
  const { core, inside, isThorough } = context;
  const { fakeError, fakeHistory, fakeMessage } = inside.testing;
  const { module, test } = QUnit;

  const client = (fetch, options) =>
    new core.SmsHistoryClient({ token: "test", fetch, retry: false, ...options });
  const read = (fetch, query, options) => client(fetch, options).getSmsHistory(query);
  const ids = (page) => [...page.column("messageId")];
  /** Sends parameters as a client with a relay does, and returns the parsed response. */
  const post = async (fetch, parameters) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = String(new URLSearchParams(parameters));
    return (await fetch("/sms/GetSmsHistory", { method: "POST", headers, body })).json();
  };
  const codes = ({ errors }) => errors.map(({ code }) => code);

  module("testing: fakeMessage", () => {
    test("a message has every usual field, and the next one a larger id and a later date", async (assert) => {
      const [first, second] = [fakeMessage(), fakeMessage()];
      assert.equal(second.message_id - first.message_id, 1);
      const page = await read(fakeHistory([first, second]));
      const [one, two] = page;
      assert.equal(two.processedDate - one.processedDate, 60_000);
      const { errorMessage, rawDirection, ...usual } = one;
      assert.deepEqual([errorMessage, rawDirection], [undefined, undefined]);
      for (const [name, value] of Object.entries(usual)) assert.notStrictEqual(value, undefined, name);
      assert.deepEqual([one.status, one.direction, one.fragments], ["success", "out", 1]);
    });

    test("overrides replace fields, and null and undefined remain", (assert) => {
      const message = fakeMessage({ message_id: 7, text: null, cost: undefined });
      assert.deepEqual([message.message_id, message.text, message.cost], [7, null, undefined]);
    });

    test("a value that no filter or client would understand is refused", (assert) => {
      for (const [field, wrong, right] of [
        ["direction", ["inbound", 1], ["in", "OUT", "", null]],
        ["source_number", ["+15550190001"], ["15550190001", 15550190001, "DemoShop"]],
        ["cost", [Number.NaN, "x"], [0, "1.5"]],
        ["message_id", ["x", -1, 1.5, 2 ** 53], [1, "1", 2 ** 53 - 1, "", null]],
        ["fragments", ["two"], [2]],
        [
          "processed_date",
          ["2025-02-30 00:00:00", "garbage", 1735734600000, "2025-01-01"],
          ["2025-02-28 00:00:00", "2025-02-28T00:00:00Z", "2025-02-28 00:00:00.5", "0000-00-00 00:00:00"],
        ],
      ]) {
        for (const value of wrong)
          assert.throws(
            () => fakeMessage({ [field]: value }),
            (error) => error instanceof TypeError && error.message.startsWith(`${field}: expected `),
            String(value),
          );
        for (const value of right) assert.strictEqual(fakeMessage({ [field]: value })[field], value);
      }
    });

    test("a field that the API does not document is refused, and may be added", async (assert) => {
      for (const [overrides, fix] of [
        [{ status: "error" }, "`status`; did you mean `status_id`?"],
        [{ number: "1" }, "`number`; did you mean `source_number`?"],
        [{ sender: "x" }, "`sender`; known are message_id, source_number, "],
        [{ 15550190001: "x" }, "with a name of 11 characters; known are message_id, source_number, "],
      ])
        assert.throws(
          () => fakeMessage(overrides),
          ({ name, message }) =>
            name === "TypeError" && message.startsWith(`overrides: unknown field ${fix}`),
        );
      assert.strictEqual(fakeMessage({ sms_id: 7 }).sms_id, 7);
      const page = await read(fakeHistory([{ ...fakeMessage({ message_id: 7 }), new_field: 1 }]));
      assert.deepEqual(ids(page), [7]);
    });

    test("names in camelCase are refused, with the API's name", (assert) => {
      assert.throws(
        () => fakeMessage({ sourceNumber: "15550190001" }),
        /^TypeError: overrides: expected an object .*camelCase; write source_number instead of sourceNumber$/,
      );
      assert.throws(
        () => fakeHistory([fakeMessage(), { messageId: 1 }]),
        /messages\[1\]: .*write message_id/,
      );
      assert.throws(() => fakeMessage(null), /overrides: expected an object .*, got null/);
    });
  });

  module("testing: fakeError", () => {
    test("an error is an instance of SmsHistoryError, with the usual fields of its kind", (assert) => {
      for (const { SmsHistoryError } of [core, context.edge]) {
        const error = fakeError("rate_limited");
        assert.ok(error instanceof SmsHistoryError && error instanceof Error);
        assert.deepEqual(
          [error.kind, error.httpStatus, error.retryable, error.retryAfterMs, error.code],
          ["rate_limited", 429, true, 1000, undefined],
        );
      }
      assert.deepEqual([fakeError("token").retryable, fakeError("network").retryable], [false, true]);
      assert.strictEqual(fakeError("incomplete", { staleCursor: true }).staleCursor, true);
    });

    test("overrides replace fields", (assert) => {
      const cause = new Error("why");
      const error = fakeError("api", { code: 131, message: "not activated", cause });
      assert.deepEqual([error.code, error.message, error.httpStatus], [131, "not activated", 200]);
      assert.strictEqual(error.cause, cause);
    });

    test("an unknown field is refused, with the one that it means", (assert) => {
      for (const [overrides, fix] of [
        [{ status: 500 }, /^TypeError: overrides: unknown field `status`; did you mean `httpStatus`\?$/],
        [{ kind: "api" }, /^TypeError: .*; known are message, code, httpStatus, /],
      ])
        assert.throws(() => fakeError("api", overrides), fix);
    });

    test("an unknown kind is refused, and not quoted", (assert) => {
      assert.throws(
        () => fakeError("ratelimit"),
        /^TypeError: kind: expected one of invalid_query, .*, got a value of type string/,
      );
    });
  });

  module("testing: fakeHistory", () => {
    const five = () => [1, 2, 3, 4, 5].map((id) => fakeMessage({ message_id: id }));

    test("rows have the array's order, or the order of their ids", async (assert) => {
      const messages = [2, 3, 1].map((id) => fakeMessage({ message_id: id }));
      for (const [order, expected] of [
        [undefined, [2, 3, 1]],
        ["given", [2, 3, 1]],
        ["newestFirst", [3, 2, 1]],
        ["oldestFirst", [1, 2, 3]],
      ])
        assert.deepEqual(ids(await read(fakeHistory(messages, { order }))), expected, order);
    });

    test("count, offset and the cap of a page cut the rows, and totalCount counts all", async (assert) => {
      const page = await read(fakeHistory(five()), { count: 2, offset: 1 });
      assert.deepEqual([ids(page), page.totalCount], [[2, 3], 5]);
      const capped = fakeHistory(five(), { maxPageRows: 2 });
      assert.deepEqual(ids(await read(capped)), [1, 2]);
      const all = await readAll(client(capped).pages({}, { concurrency: 1 }));
      assert.deepEqual(all.ids, [1, 2, 3, 4, 5]);
    });

    test("filters are the API's", async (assert) => {
      const messages = [
        fakeMessage({ message_id: 1, source_number: 15550190001, processed_date: "2025-03-01 10:00:00" }),
        fakeMessage({ message_id: 2, source_number: "DemoShop", direction: "out" }),
        fakeMessage({
          message_id: 3,
          direction: "IN",
          destination_number: "15550100009",
          processed_date: null,
        }),
      ];
      const fetch = fakeHistory(messages);
      for (const [query, expected] of [
        [{ sourceNumber: "+1 555 019 0001" }, [1, 3]],
        [{ sourceNumber: "DemoShop" }, [2]],
        [{ destinationNumber: "15550100009" }, [3]],
        [{ direction: "in" }, [3]],
        [{ direction: "OUT" }, [1, 2]],
        [{ fromDate: "2025-03-01 10:00:00", toDate: "2025-03-01 10:00:00" }, [1]],
        [{ fromDate: "2025-03-01 10:00:01" }, []],
        [{ toDate: "2025-03-01 09:59:59" }, [2, 3]],
        [{ extra: { constructor: "ignored" } }, [1, 2, 3]],
      ])
        assert.deepEqual(ids(await read(fetch, query)), expected, JSON.stringify(query));
      assert.deepEqual(fetch.queries[0], { source_number: "15550190001" });
    });

    test("whole histories, sums and files are read, also of messages that are added later", async (assert) => {
      const messages = five();
      const fetch = fakeHistory(messages, { order: "newestFirst" });
      messages.push(fakeMessage({ message_id: 6, text: 'a "quoted", text' }));
      const { totals } = await client(fetch).summarize();
      assert.deepEqual([totals.count, totals.cost], [6, "0.0438"]);
      const csv = await (await client(fetch).download({ output: "csv", count: 1 })).text();
      assert.ok(
        csv.startsWith("message_id,source_number,") && csv.endsWith(',"a ""quoted"", text"\r\n'),
        csv,
      );
      const error = await rejection(client(fetch).download({ output: "xls" }));
      assert.deepEqual([error.kind, error.code], ["api", 105]);
    });

    test("requests fail by their number, and the client retries them", async (assert) => {
      const failures = {
        1: { httpStatus: 503 },
        2: "network",
        3: "truncated",
        4: { code: 340, retryAfterSeconds: 0 },
      };
      const fetch = fakeHistory(five(), { failures });
      const retry = { maxAttempts: 5, baseDelayMs: 0, maxDelayMs: 0 };
      assert.equal((await read(fetch, {}, { retry })).length, 5);
      assert.equal(fetch.queries.length, 5);
      for (const [failure, expected] of [
        [{ httpStatus: 503 }, ["http", undefined, 503, true]],
        [{}, ["http", undefined, 503, true]],
        [{ code: 104 }, ["api", 104, 200, false]],
        [{ code: 104, httpStatus: 403 }, ["api", 104, 403, false]],
        [{ code: 340, retryAfterSeconds: 3 }, ["rate_limited", 340, 200, true]],
        ["network", ["network", undefined, undefined, true]],
        ["truncated", ["format", undefined, 200, true]],
      ]) {
        const error = await rejection(read(fakeHistory(five(), { failures: () => failure })));
        assert.deepEqual([error.kind, error.code, error.httpStatus, error.retryable], expected);
        assert.equal(error.retryAfterMs, failure.retryAfterSeconds && 3000);
      }
    });

    test("a rejected token is renewed", async (assert) => {
      const renewals = [];
      const token = ({ renew }) => {
        renewals.push(renew);
        return renew ? "second" : "first";
      };
      await read(fakeHistory([], { failures: { 1: { code: 456 } } }), {}, { token });
      assert.deepEqual(renewals, [false, true]);
    });

    test("latency and missing responses end with an abort or a time limit", async (assert) => {
      const slow = fakeHistory([], { latencyMs: 40 });
      const start = performance.now();
      await read(slow);
      assert.ok(performance.now() - start >= 35);
      const hanging = fakeHistory([], { failures: { 1: "timeout" } });
      assert.equal((await rejection(read(hanging, {}, { attemptTimeoutMs: 20 }))).kind, "timeout");
      for (const fetch of [
        fakeHistory([], { latencyMs: 60_000 }),
        fakeHistory([], { failures: { 1: "timeout" } }),
      ]) {
        const controller = new AbortController();
        const call = client(fetch).getSmsHistory({}, { signal: controller.signal });
        await sleep(5);
        controller.abort("enough");
        assert.equal(await rejection(call), "enough");
        const aborted = fakeHistory([], { failures: () => "timeout" });
        for (const signal of [AbortSignal.timeout(5), AbortSignal.abort()])
          assert.ok(
            /^(Timeout|Abort)Error$/.test((await rejection(aborted("/sms/GetSmsHistory", { signal }))).name),
          );
      }
    });

    test("limits are the API's, and a client keeps to them", async (assert) => {
      const fetch = fakeHistory([], { requestsPerSecond: 2 });
      assert.equal((await read(fetch)).length + (await read(fetch)).length, 0);
      const error = await rejection(read(fetch));
      assert.deepEqual(
        [error.kind, error.code, error.httpStatus, error.retryAfterMs],
        ["rate_limited", 340, 429, 1000],
      );
      const crowded = fakeHistory([], { maxInFlight: 1, latencyMs: 20 });
      const [one, two] = await Promise.allSettled([read(crowded), read(crowded)]);
      assert.deepEqual([one.status, two.reason.code], ["fulfilled", 314]);
      assert.equal((await read(crowded)).length, 0);
    });

    test("a relay's form is read, and what the API would refuse is refused", async (assert) => {
      const fetch = fakeHistory(five());
      assert.equal((await post(fetch, { count: 2 })).result.length, 2);
      for (const [parameters, expected] of [
        [{ count: "0" }, [101]],
        [{ count: "1001", offset: "-1" }, [101, 101]],
        [{ output: "xls" }, [105]],
        [{ from_date: "2025-02-30 00:00:00" }, [111]],
        [{ from_date: "2025-01-02 00:00:00", to_date: "2025-01-01 00:00:00" }, [123]],
        [{ source_number: "+" }, [121]],
        [{ direction: "both" }, [470]],
      ]) {
        const reply = await post(fetch, parameters);
        assert.deepEqual(
          [codes(reply), reply.error],
          [expected, reply.errors[0]],
          JSON.stringify(parameters),
        );
      }
      const url = "https://api.example.com/platform_api/GetSmsHistory";
      const headers = { Authorization: `Bearer ${SECRET}` };
      for (const [target, init, code] of [
        [url, { method: "POST" }, 100],
        [url, { method: "GET", headers }, 101],
        ["https://api.example.com/platform_api/GetCallHistory", { method: "POST", headers }, 103],
      ])
        assert.equal((await (await fetch(target, init)).json()).error.code, code);
    });

    test("a client with a relay is served, without a token", async (assert) => {
      const fake = fakeHistory(five());
      const relay = "https://dashboard.example/sms";
      const fetch = recordingFetch(fake);
      const { ids } = await readAll(
        new core.SmsHistoryClient({ relay, fetch }).pages({ direction: "out", count: 2 }, { concurrency: 1 }),
      );
      assert.deepEqual(ids, [1, 2, 3, 4, 5]);
      assert.equal(fake.queries.at(-1).direction, "OUT");
      for (const { url, init } of fetch.calls) {
        assert.equal(url.href, `${relay}/GetSmsHistory`);
        assert.deepEqual(Object.keys(init.headers), ["Content-Type"]);
      }
    });

    test("a Request is read like a URL with options", async (assert) => {
      const fetch = fakeHistory(five());
      const url = "https://api.example.com/platform_api/GetSmsHistory?count=1";
      const headers = { Authorization: `Bearer ${SECRET}` };
      const requests = [
        [new Request(url, { method: "POST", headers })],
        [new URL(url), { method: "POST", headers: new Headers(headers) }],
        [
          new Request("https://example.com/sms/GetSmsHistory", {
            method: "POST",
            body: new URLSearchParams({ count: 1 }),
          }),
        ],
      ];
      for (const request of requests) assert.equal((await (await fetch(...request)).json()).result.length, 1);
    });

    test("options outside their limits are refused", (assert) => {
      for (const [options, expected] of [
        [{ latency: 5 }, /^TypeError: options: unknown option `latency`; did you mean `latencyMs`\?$/],
        [
          { maxPageRows: 0 },
          /maxPageRows: expected an integer of 1 or more, got a value of type number; leave it/,
        ],
        [{ maxPageRows: 1.5 }, /maxPageRows: expected an integer of 1 or more/],
        [{ latencyMs: "5" }, /latencyMs: expected a number of 0 or more, got a value of type string/],
        [{ order: "desc" }, /order: expected given or newestFirst/],
        [{ failures: { 1: "netwrok" } }, /failures: expected an object such as/],
        [{ failures: { 1: [] } }, /failures: expected an object such as .*, got an array/],
        [
          { failures: { 1: { status: 503 } } },
          /failures: unknown field `status`; did you mean `httpStatus`\?/,
        ],
        [
          { failures: { 1: { code: "x" } } },
          /failures: code: expected an integer, got a value of type string/,
        ],
        [
          { failures: { 1: { httpStatus: 99 } } },
          /failures: httpStatus: expected an integer from 200 to 599/,
        ],
        [
          { failures: { 1: { retryAfterSeconds: "1" } } },
          /failures: retryAfterSeconds: expected a number of 0 or more/,
        ],
        [{ failures: ["network"] }, /failures: expected an object such as .*, got an array; .* from 1$/],
        [{ failures: "network" }, /failures: expected an object such as .*, got a value of type string/],
        [{ failures: { 0: "network" } }, /failures: .*, got a key that is no number from 1/],
        [{ failures: { first: "network" } }, /failures: .*, got a key that is no number from 1/],
      ])
        assert.throws(() => fakeHistory([], options), expected);
      assert.throws(
        () => fakeHistory(fakeMessage()),
        /messages: expected an array, got a value of type object/,
      );
    });
  });

  if (isThorough) differential();

  /** The fake and the sandbox, with the same messages and random requests. */
  function differential() {
    const FROM = "2025-12-31 14:00:00";

    module("testing: the fake and the sandbox", () => {
      test("400 random requests have the same rows, counts, files and errors", async (assert) => {
        const token = await tokenOf(context);
        const ask = async (parameters) => (await requestDirectly(context, token, parameters)).text();
        const span = { from_date: FROM, to_date: UNTIL };
        const { result } = JSON.parse(await ask(span));
        assert.ok(result.length > 200 && result.length < 1000, `${result.length} messages`);
        const fetch = fakeHistory(await withDates(result));
        const random = randomOf(7);
        const kinds = { pages: 0, empty: 0, files: 0, errors: 0 };
        for (let request = 0; request < 400; request += 1) {
          const parameters = { ...span, ...randomParameters(random, result) };
          const theirs = await ask(parameters);
          const url = `https://api.example.com/platform_api/GetSmsHistory?${new URLSearchParams(parameters)}`;
          const init = { method: "POST", headers: { Authorization: "Bearer test" } };
          const ours = await (await fetch(url, init)).text();
          const kind = compare(assert, parameters, ours, theirs, result);
          kinds[kind] += 1;
        }
        for (const [kind, count] of Object.entries(kinds)) assert.ok(count >= 20, `${count} ${kind}`);
      });

      /** Compares two responses, and returns their kind. */
      function compare(assert, parameters, ours, theirs, result) {
        const name = JSON.stringify(parameters);
        if (parameters.output === "csv" && !theirs.startsWith("{")) {
          assert.equal(withoutMadeDates(ours, result), withoutMadeDates(theirs, result), name);
          return "files";
        }
        const [one, other] = [JSON.parse(ours), JSON.parse(theirs)];
        if (other.errors) {
          assert.deepEqual(codes(one), codes(other), name);
          return "errors";
        }
        const original = new Map(result.map((row) => [row.message_id, row]));
        assert.deepEqual(
          { ...one, result: one.result.map(({ message_id }) => original.get(message_id)) },
          other,
          name,
        );
        return other.result.length > 0 ? "pages" : "empty";
      }

      /** The sandbox knows the times of rows without a date. This finds them, by halving the span. */
      async function withDates(rows) {
        const isUndated = (row) => row.processed_date == null;
        const found = new Map();
        const locate = async (from, to, wanted) => {
          const ids = await idsBetween(from, to);
          const here = wanted.filter((id) => ids.has(id));
          if (here.length === 0) return;
          if (from === to) return here.forEach((id) => void found.set(id, dateOf(from)));
          const middle = Math.floor((from + to) / 2);
          await Promise.all([locate(from, middle, here), locate(middle + 1, to, here)]);
        };
        const [from, to] = [FROM, UNTIL].map((date) => Date.parse(`${date.replace(" ", "T")}Z`) / 1000);
        await locate(
          from,
          to,
          rows.filter(isUndated).map(({ message_id }) => message_id),
        );
        return rows.map((row) =>
          isUndated(row) ? { ...row, processed_date: found.get(row.message_id) } : row,
        );
      }

      async function idsBetween(from, to) {
        const query = new URLSearchParams({ from_date: dateOf(from), to_date: dateOf(to) });
        return new Set(
          await (await fetch(`${new URL(context.sandbox.url).origin}/sandbox/ids?${query}`)).json(),
        );
      }
    });
  }
}

const dateOf = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");

/** Removes the dates that the test has found for rows without one, from a CSV file. */
function withoutMadeDates(csv, rows) {
  const undated = rows.filter((row) => row.processed_date == null).map(({ message_id }) => message_id);
  return csv
    .split("\r\n")
    .map((line) =>
      undated.includes(Number(line.split(",")[0]))
        ? line.replace(/,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/, ",,")
        : line,
    )
    .join("\r\n");
}

/** A generator of integers below a limit (mulberry32). */
function randomOf(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/**
 * Parameters of which some are absent, most valid, some not. None is accepted against the contract: the sandbox reports
 * such requests.
 */
function randomParameters(random, rows) {
  const row = () => rows[random(rows.length)];
  const date = () => row().processed_date ?? UNTIL;
  const choices = {
    source_number: [() => String(row().source_number), () => "15550190000", () => "No_One", () => "a*b"],
    destination_number: [() => String(row().destination_number), () => "15550190003", () => "+15550190003"],
    direction: [() => "IN", () => "out", () => "sideways"],
    count: [() => "1", () => String(1 + random(1000)), () => "20", () => "0", () => "1001", () => "1e2"],
    offset: [() => "0", () => String(random(rows.length)), () => "5000", () => "-1"],
    from_date: [date, date, date, () => "2025-12-31T00:00:00Z", () => "2026-02-30 00:00:00"],
    to_date: [date, date, date, () => "2025-12-31 24:00:00"],
    output: [() => "json", () => "csv", () => "csv", () => "pdf"],
  };
  const chosen = Object.entries(choices).filter(() => random(3) === 0);
  return Object.fromEntries(chosen.map(([name, values]) => [name, values[random(values.length)]()]));
}
