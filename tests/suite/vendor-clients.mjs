import {
  accountOf,
  bodyOf,
  printedForms,
  ROW,
  recordingFetch,
  rejection,
  requestDirectly,
  SECRET,
  stubFetch,
} from "./helpers.mjs";

/** A regression test for each failure of the vendor's own clients. */
export default function vendorClients(QUnit, context) {
  const { core, edge, sandbox, inspect, zone } = context;
  const { module, test } = QUnit;
  const read = (rows, options) =>
    new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf(rows)), ...options }).getSmsHistory();

  // Some time zones skip or repeat these times of day.
  const DATES = [
    "2026-03-08 02:30:15",
    "2026-11-01 01:30:00",
    "2026-03-29 02:15:00",
    "1970-01-01 00:00:00",
    "2024-02-29 23:59:59",
  ];

  module("dates", () => {
    test(`node client: processedDate is the right Date in the zone ${zone}`, async (assert) => {
      const page = await read(DATES.map((processed_date) => ({ processed_date })));
      for (const [at, date] of DATES.entries()) {
        const { processedDate } = page.at(at);
        assert.ok(processedDate instanceof Date);
        assert.equal(processedDate.toISOString(), `${date.replace(" ", "T")}.000Z`);
      }
    });

    test(`php client: dates are not shifted by the local zone ${zone}`, async (assert) => {
      const [first] = (await read([{ processed_date: "2026-01-02 03:04:05" }])).column("processedDate");
      assert.equal(first, Date.UTC(2026, 0, 2, 3, 4, 5));
    });

    test(`go client: times are sent in UTC in the zone ${zone}`, async (assert) => {
      const fetch = stubFetch(bodyOf([]));
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      await client.getSmsHistory({
        fromDate: new Date(Date.UTC(2026, 2, 8, 7, 0, 0)),
        toDate: "2026-03-08 08:00:00",
      });
      const sent = fetch.calls[0].url.searchParams;
      assert.deepEqual(
        [sent.get("from_date"), sent.get("to_date")],
        ["2026-03-08 07:00:00", "2026-03-08 08:00:00"],
      );
    });

    test("python and go clients: a date with a time of day is read", async (assert) => {
      assert.equal((await read([ROW])).length, 1);
    });

    test("java client: the time of day is kept", async (assert) => {
      const { processedDate } = (await read([ROW])).at(0);
      assert.deepEqual(
        [processedDate.getUTCHours(), processedDate.getUTCMinutes(), processedDate.getUTCSeconds()],
        [2, 30, 15],
      );
    });
  });

  module("the vendor's clients", () => {
    test("node client: an API error rejects", async (assert) => {
      const client = new core.SmsHistoryClient({ token: "bm90.YQ.dG9rZW4", baseUrl: sandbox.url });
      const error = await rejection(client.getSmsHistory());
      assert.equal(error.kind, "api");
      assert.ok([100, 447].includes(error.code), String(error.code));
    });

    for (const [output, magic] of [
      ["csv", undefined],
      ["xls", [0xd0, 0xcf, 0x11, 0xe0]],
    ]) {
      test(`node and python clients: ${output.toUpperCase()} is returned as a file, byte for byte`, async (assert) => {
        const token = await (await accountOf(context)).mintToken();
        const client = new core.SmsHistoryClient({ token, baseUrl: sandbox.url });
        const file = await client.download({ output, count: 40 });
        const raw = new Uint8Array(
          await (await requestDirectly(context, token, { output, count: 40 })).arrayBuffer(),
        );
        const bytes = await file.bytes();
        assert.deepEqual(bytes, raw);
        if (magic) assert.deepEqual([...bytes.subarray(0, 4)], magic);
        assert.deepEqual(new Uint8Array(await file.arrayBuffer()), raw);
        assert.deepEqual(new Uint8Array(await new Response(file.body).arrayBuffer()), raw);
        const blob = await file.blob();
        assert.deepEqual([blob.size, blob.type], [raw.length, file.type]);
        if (output === "csv") assert.equal((await file.text()).trim().split("\n").length > 40, true);
        assert.ok(file.name === undefined || file.name.endsWith(output), file.name);
      });
    }

    test("node client: an API error, a page or HTML instead of a file rejects", async (assert) => {
      const download = (body, init) =>
        rejection(
          new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(body, init), retry: false }).download({
            output: "csv",
          }),
        );
      assert.deepEqual(
        (({ kind, code }) => [kind, code])(await download('{"error":{"code":105,"msg":"x"}}')),
        ["api", 105],
      );
      assert.equal((await download(bodyOf([ROW]))).kind, "format");
      assert.equal((await download("<html>", { headers: { "content-type": "text/html" } })).kind, "format");
      assert.equal((await download("")).kind, "format");
      const none = new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch("") });
      assert.equal((await rejection(none.download({ count: 1 }))).kind, "invalid_query");
    });

    test("node client: one signature serves many requests of many clients", async (assert) => {
      const fetch = recordingFetch(globalThis.fetch.bind(globalThis));
      const account = await accountOf(context);
      for (let offset = 0; offset < 4; offset += 1) {
        const client = new edge.SmsHistoryClient({ token: account, baseUrl: sandbox.url, fetch });
        await client.getSmsHistory({ count: 1, offset });
        await client.getSmsHistory({ count: 1, offset });
        // Signing in another second gives another token.
        if (offset === 0) await new Promise((resolve) => setTimeout(resolve, 1100));
      }
      assert.equal(fetch.calls.length, 8);
      assert.equal(new Set(fetch.calls.map(({ init }) => init.headers.Authorization)).size, 1);
    });

    test("node client: a call can be aborted", async (assert) => {
      const fetch = (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const controller = new AbortController();
      setTimeout(() => controller.abort("enough"), 20);
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      assert.equal(await rejection(client.getSmsHistory({}, { signal: controller.signal })), "enough");
    });

    const failures = {
      api: () => stubFetch('{"error":{"code":100,"msg":"Authorization failed"}}'),
      http: () => stubFetch("<html>", { status: 502 }),
      format: () => stubFetch("<html>"),
      network: () => async (url, init) => {
        throw Object.assign(new TypeError(`${url} ${init.headers.Authorization}`), {
          config: init,
          path: url,
        });
      },
    };
    for (const [kind, make] of Object.entries(failures)) {
      test(`node client: an error of kind ${kind} prints no token`, async (assert) => {
        const token = await (await accountOf(context)).mintToken();
        const client = new core.SmsHistoryClient({ token, fetch: make(), retry: false });
        const error = await rejection(client.getSmsHistory({ sourceNumber: "12025550101" }));
        assert.equal(error.kind, kind);
        const all = printedForms(error, inspect);
        for (const part of token.split(".")) assert.notOk(all.includes(part));
        assert.notOk(all.includes("Bearer") || all.includes("12025550101"));
        assert.ok(all.includes(error.message) && all.includes(kind));
      });
    }

    test("node client: an error of kind token prints no token", async (assert) => {
      const callback = () =>
        Promise.reject(Object.assign(new Error(`GET /token answered ${SECRET}`), { response: SECRET }));
      const error = await rejection(new core.SmsHistoryClient({ token: callback }).getSmsHistory());
      assert.equal(error.kind, "token");
      assert.notOk(printedForms(error, inspect).includes(SECRET));
      assert.ok(error.cause instanceof Error);
    });

    test("go client: phone numbers with letters and leading zeros are read", async (assert) => {
      const numbers = [12025550101, "12025550101", "0012025550101", "ShopCo", 99999999999999999999n];
      const body = `{"result":[${numbers.map((n) => `{"source_number":${typeof n === "string" ? `"${n}"` : n}}`).join()}]}`;
      const page = await new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(body) }).getSmsHistory();
      assert.deepEqual(page.column("sourceNumber"), numbers.map(String));
    });

    test("go client: numbers written as strings are read as numbers", async (assert) => {
      const row = (
        await read([{ message_id: "5", fragments: "2", cost: "4.3437", transaction_id: "7", status_id: 1 }])
      ).at(0);
      assert.deepEqual(
        [row.messageId, row.fragments, row.cost, row.transactionId, row.statusId],
        [5, 2, 4.3437, 7, "1"],
      );
    });

    test(".net client: nothing is logged", async (assert) => {
      const lines = [];
      const methods = ["log", "info", "warn", "error", "debug", "trace", "dir", "table"];
      const kept = methods.map((name) => console[name]);
      for (const name of methods) console[name] = (...line) => lines.push(line);
      try {
        const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
        await client.getSmsHistory({ count: 3 });
        await client.download({ output: "csv", count: 3 });
        await rejection(client.getSmsHistory({ count: 0 }));
        await rejection(new core.SmsHistoryClient({ token: SECRET, baseUrl: sandbox.url }).getSmsHistory());
        await rejection(
          new core.SmsHistoryClient({
            token: SECRET,
            fetch: failures.network(),
            retry: false,
          }).getSmsHistory(),
        );
      } finally {
        methods.forEach((name, at) => {
          console[name] = kept[at];
        });
      }
      assert.deepEqual(lines, []);
    });
  });
}
