import { bodyOf, PHONE, rejection, SECRET, stubFetch } from "./helpers.mjs";

/** The query: its conversion to parameters, and its validation before a request is sent. */
export default function query(QUnit, { core }) {
  const { module, test } = QUnit;

  async function sent(query) {
    const fetch = stubFetch(bodyOf([]));
    await new core.SmsHistoryClient({ token: SECRET, fetch }).getSmsHistory(query);
    return Object.fromEntries(fetch.calls[0].url.searchParams);
  }

  module("query", () => {
    test("an empty query sends no parameters, and the method, URL and header are right", async (assert) => {
      for (const query of [undefined, {}, { count: undefined, sourceNumber: null }])
        assert.deepEqual(await sent(query), {});
      const fetch = stubFetch(bodyOf([]));
      await new core.SmsHistoryClient({ token: SECRET, fetch }).getSmsHistory({ count: 2 });
      const [{ url, init }] = fetch.calls;
      assert.equal(url.href, "https://api.voximplant.com/platform_api/GetSmsHistory?count=2");
      assert.equal(init.method, "POST");
      assert.deepEqual(init.headers, { Authorization: `Bearer ${SECRET}` });
      assert.equal(init.redirect, "manual");
      assert.notOk("cache" in init || "mode" in init || "credentials" in init);
    });

    test("every form of a time is sent in UTC", async (assert) => {
      const forms = {
        "2026-03-08 02:30:15": "2026-03-08 02:30:15",
        "2026-03-08T02:30:15Z": "2026-03-08 02:30:15",
        "2026-03-08T05:30:15+03:00": "2026-03-08 02:30:15",
        "2026-03-07T21:30:15.750-05:00": "2026-03-08 02:30:15",
      };
      for (const [fromDate, wanted] of Object.entries(forms)) {
        assert.deepEqual(await sent({ fromDate }), { from_date: wanted }, fromDate);
      }
      const at = Date.UTC(2026, 2, 8, 2, 30, 15, 999);
      for (const toDate of [new Date(at), { epochMilliseconds: at }]) {
        assert.deepEqual(await sent({ toDate }), { to_date: "2026-03-08 02:30:15" });
      }
    });

    test("every parameter is sent by the API's name", async (assert) => {
      const all = {
        sourceNumber: "+1 (202) 555-0101",
        destinationNumber: "Shop & Co",
        direction: "In",
        count: 1000,
        offset: 0,
        fromDate: "2026-01-01 00:00:00",
        toDate: "2026-01-01 00:00:00",
        output: "json",
        extra: { timezone: "Europe/Berlin", message_id: 12 },
      };
      const got = await sent({ ...all, destinationNumber: "ShopCo" });
      assert.deepEqual(got, {
        source_number: "12025550101",
        destination_number: "ShopCo",
        direction: "IN",
        count: "1000",
        offset: "0",
        from_date: "2026-01-01 00:00:00",
        to_date: "2026-01-01 00:00:00",
        output: "json",
        timezone: "Europe/Berlin",
        message_id: "12",
      });
    });

    const refused = [
      ["count", { count: 0 }],
      ["count", { count: 1001 }],
      ["count", { count: 1.5 }],
      ["count", { count: "10" }],
      ["count", { count: Number.NaN }],
      ["offset", { offset: -1 }],
      ["offset", { offset: 0.5 }],
      ["fromDate", { fromDate: "2026-02-30 00:00:00" }],
      ["fromDate", { fromDate: "2026-03-08T02:30:15" }],
      ["fromDate", { fromDate: new Date(Number.NaN) }],
      ["toDate", { toDate: 1772937015 }],
      ["toDate", { toDate: "yesterday" }],
      [
        "fromDate",
        { fromDate: new Date(2), toDate: new Date(1) },
        "a second apart",
        { fromDate: new Date(2000), toDate: new Date(1000) },
      ],
      ["direction", { direction: "sideways" }],
      ["output", { output: "pdf" }],
      ["output", { output: "csv" }],
      ["sourceNumber", { sourceNumber: `${PHONE}\u0000` }],
      ["destinationNumber", { destinationNumber: `${PHONE}\r\nX: y` }],
      ["sourceNumber", { sourceNumber: true }],
      ["fromDate", { frmDate: "2026-01-01 00:00:00" }],
      ["sourceNumber", { source_number: PHONE }],
      ["count", { extra: { count: 5 } }],
      ["query", "count=5"],
      ["query", [1]],
      ["not awaited", Promise.resolve({ count: 5 })],
    ];
    for (const [name, bad, , other] of refused) {
      const query = other ?? bad;
      test(`${JSON.stringify(query)} is refused before a request is sent, and the error names ${name}`, async (assert) => {
        const fetch = stubFetch(bodyOf([]));
        const error = await rejection(
          new core.SmsHistoryClient({ token: SECRET, fetch }).getSmsHistory(query),
        );
        assert.equal(error.kind, "invalid_query");
        assert.ok(error instanceof core.SmsHistoryError && !error.retryable);
        assert.ok(error.message.includes(name), error.message);
        assert.notOk(error.message.includes(PHONE), error.message);
        assert.equal(fetch.calls.length, 0);
      });
    }

    test("changing the query during the call has no effect", async (assert) => {
      const fetch = stubFetch(bodyOf([]));
      const query = { count: 3 };
      const options = { token: SECRET, fetch };
      const client = new core.SmsHistoryClient(options);
      options.token = "other";
      const call = client.getSmsHistory(query);
      query.count = 7;
      await call;
      assert.equal(fetch.calls[0].url.search, "?count=3");
      assert.equal(fetch.calls[0].init.headers.Authorization, `Bearer ${SECRET}`);
    });
  });

  module("options", () => {
    const cases = [
      [undefined, "token"],
      [null, "token"],
      ["text", "options"],
      [{}, "token"],
      [{ token: 5 }, "token"],
      [{ token: {} }, "token"],
      [{ token: SECRET, baseUrl: "http://api.example.com" }, "baseUrl"],
      [{ token: SECRET, baseUrl: "not an address" }, "baseUrl"],
      [{ token: SECRET, baseUrl: 5 }, "baseUrl"],
      [{ token: SECRET, fetch: "fetch" }, "fetch"],
      [{ token: SECRET, allowHttp: "yes" }, "allowHttp"],
      [{ token: SECRET, baseurl: "https://example.com" }, "baseUrl"],
    ];
    cases.forEach(([options, name], at) => {
      test(`invalid options ${at} are refused, and the error names ${name}`, async (assert) => {
        const error = await rejection(new core.SmsHistoryClient(options).getSmsHistory());
        assert.equal(error.kind, "invalid_options");
        assert.ok(error.message.includes(name), error.message);
        assert.notOk(error.message.includes(SECRET), error.message);
      });
    });

    test("http: URLs need a loopback host or the caller's permission", async (assert) => {
      for (const options of [
        { baseUrl: "http://127.0.0.1:9/platform_api" },
        { baseUrl: "http://localhost:9/platform_api/" },
        { baseUrl: "http://[::1]:9/platform_api" },
        { baseUrl: "http://api.example.com/platform_api", allowHttp: true },
      ]) {
        const fetch = stubFetch(bodyOf([]));
        await new core.SmsHistoryClient({ token: SECRET, fetch, ...options }).getSmsHistory();
        assert.equal(fetch.calls[0].url.pathname, "/platform_api/GetSmsHistory");
      }
    });

    test("invalid options of a call are refused", async (assert) => {
      const fetch = stubFetch(bodyOf([]));
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      for (const options of [
        { signal: 5 },
        { signl: undefined, sginal: new AbortController().signal },
        "x",
      ]) {
        const error = await rejection(client.getSmsHistory({}, options));
        assert.equal(error.kind, "invalid_options");
      }
      assert.equal(fetch.calls.length, 0);
    });
  });
}
