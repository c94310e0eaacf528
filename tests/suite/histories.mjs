import {
  adminRequest,
  ascending,
  bodyOf,
  clearFaultsAfterEach,
  decimal,
  PHONE,
  printedForms,
  ROW,
  readAll,
  rejection,
  requestDirectly,
  SECRET,
  setFaults,
  sleep,
  tokenOf,
  trackingFetch,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** Whole histories: complete, exact, in order, and within their time span. */
export default function histories(QUnit, context) {
  const { core, edge, inspect } = context;
  const { module, test } = QUnit;

  const clientOf = async (lib = core) => (await watchedClient(context, {}, lib)).client;

  module("whole histories", () => {
    const cases = [
      ["core, by the API's own count", core, {}, {}],
      ["edge, by the API's own count", edge, {}, {}],
      ["in small pages", core, { count: 173 }, {}],
      ["one request at a time", core, { count: 500 }, { concurrency: 1 }],
      ["the most requests at a time", core, { count: 500 }, { concurrency: 6 }],
      ["one direction", core, { count: 250, direction: "in" }, {}],
      ["a window of time", core, { count: 250, fromDate: "2025-12-28 12:00:00" }, {}],
      ["an empty history", core, { sourceNumber: "12025550199" }, {}],
    ];
    for (const [name, lib, query, options] of cases) {
      test(`${name}: returns every message once, with the sandbox's own sums`, async (assert) => {
        const client = await clientOf(lib);
        const wanted = { to_date: UNTIL };
        if (query.direction) wanted.direction = query.direction.toUpperCase();
        if (query.fromDate) wanted.from_date = query.fromDate;
        if (query.sourceNumber) wanted.source_number = query.sourceNumber;
        const search = new URLSearchParams(wanted);
        const [ids, sums] = await Promise.all([
          adminRequest(context, `ids?${search}`),
          adminRequest(context, `totals?${search}`),
        ]);
        const read = await readAll(client.pages({ toDate: UNTIL, ...query }, options));
        assert.deepEqual([...read.ids].sort(ascending), ids);
        assert.deepEqual(
          [read.count, read.fragments, read.cost],
          [sums.count, sums.fragments, decimal(sums.cost)],
        );
        assert.ok(read.pages.every((page) => page.totalCount === sums.count));
        const last = read.pages.pop();
        assert.deepEqual([last.isLast, last.cursor, last.length > 0], [true, undefined, sums.count > 0]);
        assert.ok(read.pages.every((page) => page.length > 0 && !page.isLast && page.cursor));
      });
    }

    test("rows come in the API's order, and count is the number of rows per request", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      const { ids, pages } = await readAll(client.pages({ toDate: UNTIL, count: 700 }));
      const token = await tokenOf(context);
      const raw = [];
      for (let offset = 0; offset < ids.length; offset += 1000) {
        const reply = await requestDirectly(context, token, { count: 1000, offset, to_date: UNTIL });
        raw.push(...(await reply.json()).result.map((row) => Number(row.message_id)));
      }
      assert.deepEqual(ids, raw);
      assert.deepEqual(
        pages.map(({ length }) => length),
        [700, 700, 700, 700, 700, 700, 121],
      );
      const sent = fetch.calls.map(({ url: { searchParams } }) => [
        searchParams.get("count"),
        Number(searchParams.get("offset")),
      ]);
      assert.deepEqual(
        sent,
        [0, 700, 1400, 2100, 2800, 3500, 4200].map((offset) => ["700", offset]),
      );
    });

    test("messages() returns the rows of pages() as plain objects", async (assert) => {
      const client = await clientOf();
      const rows = [];
      for await (const page of client.pages({ toDate: UNTIL, count: 400 })) rows.push(...page);
      const messages = [];
      for await (const message of client.messages({ toDate: UNTIL, count: 600 })) messages.push(message);
      assert.equal(messages.length, 4321);
      assert.deepEqual(messages, rows);
      assert.strictEqual(Object.getPrototypeOf(messages[0]), Object.prototype);
    });

    test("the end time is fixed before the start, and later messages are excluded", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      const before = Date.now();
      const iterator = client.pages({ count: 900 });
      const first = await iterator.next();
      const { inserted } = await adminRequest(context, "messages", "POST", { count: 5 });
      const { ids } = await readAll(iterator);
      assert.equal(first.value.length + ids.length, first.value.totalCount);
      assert.equal(inserted, 5);
      const ends = new Set(fetch.calls.map(({ url }) => url.searchParams.get("to_date")));
      assert.equal(ends.size, 1);
      const end = Date.parse(`${[...ends][0].replace(" ", "T")}Z`);
      assert.ok(end < Math.floor(before / 1000) * 1000 + 1000 && end > before - 5000, [...ends][0]);
    });

    test("late messages within the time span are returned", async (assert) => {
      await sleep(1100);
      const client = await clientOf();
      const iterator = client.pages({ fromDate: "2026-01-01 00:00:00", count: 10 }, { concurrency: 1 });
      await adminRequest(context, "messages", "POST", { count: 35, age_seconds: 7200 });
      const first = await iterator.next();
      await adminRequest(context, "messages", "POST", { count: 7, age_seconds: 3600 });
      const rest = await readAll(iterator);
      const ids = [...first.value.column("messageId"), ...rest.ids];
      const known = await adminRequest(context, "ids?from_date=2026-01-01%2000:00:00");
      assert.deepEqual(ids.sort(ascending), known);
      assert.ok(known.length >= 42);
    });
  });

  module("completeness of histories", (hooks) => {
    clearFaultsAfterEach(context, hooks);
    test("rows that stay missing cause an error of kind incomplete, which names the time span", async (assert) => {
      const rows = Array.from({ length: 5 }, (_, row) => ({
        ...ROW,
        message_id: null,
        transaction_id: null,
        source_number: PHONE,
        fragments: row,
      }));
      const fetch = trackingFetch(async (url) => {
        const { searchParams } = new URL(url);
        const offset = Number(searchParams.get("offset") ?? 0);
        const page = rows.slice(offset, offset + Number(searchParams.get("count")));
        return new Response(bodyOf(page, 7));
      });
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      const error = await rejection(readAll(client.pages({ toDate: UNTIL, count: 2, sourceNumber: PHONE })));
      assert.ok(error instanceof core.SmsHistoryError);
      assert.deepEqual([error.kind, error.retryable, error.staleCursor], ["incomplete", true, false]);
      for (const word of [UNTIL, "expected 7 messages", "got 5"])
        assert.ok(error.message.includes(word), error.message);
      assert.notOk(
        printedForms(error, inspect).includes(PHONE) || printedForms(error, inspect).includes(ROW.text),
      );
    });

    // In one runtime only: its delays are the same everywhere.
    if (context.isThorough) {
      test("a missing total_count causes an error of kind format", async (assert) => {
        await setFaults(context, { kind: "total-count", absent: true });
        const client = await clientOf();
        const error = await rejection(readAll(client.pages({ toDate: UNTIL })));
        assert.deepEqual([error.kind, error.retryable], ["format", false]);
        assert.ok(error.message.includes("total_count"), error.message);
      });
    }

    test("repeated rows are returned once, and rows that were missing temporarily are returned", async (assert) => {
      await setFaults(
        context,
        { kind: "duplicate", rows: 4, requests: [2, 4] },
        { kind: "drop-row", rows: 2, requests: [6, 6] },
      );
      const client = await clientOf();
      const { ids } = await readAll(client.pages({ toDate: UNTIL, count: 600 }));
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        ids.sort(ascending),
        await adminRequest(context, `ids?to_date=${encodeURIComponent(UNTIL)}`),
      );
    });
  });
}
