import {
  answering,
  bodyOf,
  clearsFaults,
  direct,
  faults,
  following,
  PHONE,
  ROW,
  rejection,
  SECRET,
  shown,
  sleep,
  tokenOf,
  tool,
} from "./helpers.mjs";

/** The messages that the sandbox began with: all of them are older than this. */
const UNTIL = "2025-12-31 23:59:59";

/** Whole histories: complete, exact, in order, and no more than was asked for. */
export default function histories(QUnit, context) {
  const { core, edge, inspect, sandbox } = context;
  const { module, test } = QUnit;

  async function clientOf(options, lib = core) {
    return new lib.SmsHistoryClient({ token: await tokenOf(context), baseUrl: sandbox.url, ...options });
  }

  module("whole histories", () => {
    const cases = [
      ["core, by the API's own count", core, {}, {}],
      ["edge, by the API's own count", edge, {}, {}],
      ["in small pages", core, { count: 173 }, {}],
      ["one request at a time", core, { count: 500 }, { concurrency: 1 }],
      ["the most requests at a time", core, { count: 500 }, { concurrency: 6 }],
      ["one direction", core, { count: 250, direction: "in" }, {}],
      ["a window of time", core, { count: 250, fromDate: "2025-12-28 12:00:00" }, {}],
      ["nobody's number", core, { sourceNumber: "12025550199" }, {}],
    ];
    for (const [name, lib, query, options] of cases) {
      test(`${name}: every message once, and the sandbox's own sums`, async (assert) => {
        const client = await clientOf({}, lib);
        const wanted = { to_date: UNTIL };
        if (query.direction) wanted.direction = query.direction.toUpperCase();
        if (query.fromDate) wanted.from_date = query.fromDate;
        if (query.sourceNumber) wanted.source_number = query.sourceNumber;
        const search = new URLSearchParams(wanted);
        const [ids, sums] = await Promise.all([
          tool(context, `ids?${search}`),
          tool(context, `totals?${search}`),
        ]);
        const read = await all(client.pages({ toDate: UNTIL, ...query }, options));
        assert.deepEqual([...read.ids].sort(ascending), ids);
        assert.deepEqual(
          [read.count, read.fragments, read.cost],
          [sums.count, sums.fragments, decimal(sums.cost)],
        );
        assert.ok(read.pages.every((page) => page.totalCount === sums.count && page.length > 0));
      });
    }

    test("rows come in the API's order, and count is the number of rows a request", async (assert) => {
      const fetch = following();
      const client = await clientOf({ fetch });
      const { ids, pages } = await all(client.pages({ toDate: UNTIL, count: 700 }));
      const token = await tokenOf(context);
      const raw = [];
      for (let offset = 0; offset < ids.length; offset += 1000) {
        const reply = await direct(context, token, { count: 1000, offset, to_date: UNTIL });
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

    test("messages() gives the rows of pages() as plain objects", async (assert) => {
      const client = await clientOf();
      const rows = [];
      for await (const page of client.pages({ toDate: UNTIL, count: 400 })) rows.push(...page);
      const messages = [];
      for await (const message of client.messages({ toDate: UNTIL, count: 600 })) messages.push(message);
      assert.equal(messages.length, 4321);
      assert.deepEqual(messages, rows);
      assert.strictEqual(Object.getPrototypeOf(messages[0]), Object.prototype);
    });

    test("the end is pinned: what is sent is the past alone, and messages of now do not belong", async (assert) => {
      const fetch = following();
      const client = await clientOf({ fetch });
      const before = Date.now();
      const iterator = client.pages({ count: 900 });
      const first = await iterator.next();
      const { inserted } = await tool(context, "messages", "POST", { count: 5 });
      const { ids } = await all(iterator);
      assert.equal(first.value.length + ids.length, first.value.totalCount);
      assert.equal(inserted, 5);
      const ends = new Set(fetch.calls.map(({ url }) => url.searchParams.get("to_date")));
      assert.equal(ends.size, 1);
      const end = Date.parse(`${[...ends][0].replace(" ", "T")}Z`);
      assert.ok(end < Math.floor(before / 1000) * 1000 + 1000 && end > before - 5000, [...ends][0]);
    });

    test("messages that come late, into what is being read, are found", async (assert) => {
      await sleep(1100);
      const client = await clientOf();
      const iterator = client.pages({ fromDate: "2026-01-01 00:00:00", count: 10 }, { concurrency: 1 });
      await tool(context, "messages", "POST", { count: 35, age_seconds: 7200 });
      const first = await iterator.next();
      await tool(context, "messages", "POST", { count: 7, age_seconds: 3600 });
      const rest = await all(iterator);
      const ids = [...first.value.column("messageId"), ...rest.ids];
      const known = await tool(context, "ids?from_date=2026-01-01%2000:00:00");
      assert.deepEqual(ids.sort(ascending), known);
      assert.ok(known.length >= 42);
    });
  });

  module("what a history may not lack", (hooks) => {
    clearsFaults(context, hooks);
    test("rows that are missing for good are an error of kind incomplete, which names the window", async (assert) => {
      const rows = Array.from({ length: 5 }, () => ({ ...ROW, message_id: null }));
      const fetch = following(async (url) => {
        const { searchParams } = new URL(url);
        const offset = Number(searchParams.get("offset") ?? 0);
        const page = rows.slice(offset, offset + Number(searchParams.get("count")));
        return new Response(bodyOf(page, 7));
      });
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      const error = await rejection(all(client.pages({ toDate: UNTIL, count: 2, sourceNumber: PHONE })));
      assert.ok(error instanceof core.SmsHistoryError);
      assert.deepEqual([error.kind, error.retryable], ["incomplete", true]);
      for (const word of [UNTIL, "there are 7", "5 were found"])
        assert.ok(error.message.includes(word), error.message);
      assert.notOk(shown(error, inspect).includes(PHONE) || shown(error, inspect).includes(ROW.text));
    });

    test("without a total_count nobody can tell, which is an error of kind format", async (assert) => {
      await faults(context, { kind: "total-count", absent: true });
      const client = await clientOf();
      const error = await rejection(all(client.pages({ toDate: UNTIL })));
      assert.deepEqual([error.kind, error.retryable], ["format", false]);
      assert.ok(error.message.includes("total_count"), error.message);
    });

    test("rows that come twice come once, and rows that were missing once are found", async (assert) => {
      await faults(
        context,
        { kind: "duplicate", rows: 4, requests: [2, 4] },
        { kind: "drop-row", rows: 2, requests: [6, 6] },
      );
      const client = await clientOf();
      const { ids } = await all(client.pages({ toDate: UNTIL, count: 600 }));
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(ids.sort(ascending), await tool(context, `ids?to_date=${encodeURIComponent(UNTIL)}`));
    });
  });

  module("parts of histories", () => {
    for (const [limit, count, requests] of [
      [0, 40, 0],
      [1, 40, 1],
      [100, 40, 3],
      [120, 40, 3],
      [5000, 1000, 5],
    ]) {
      test(`limit ${limit} in pages of ${count}: so many messages, by ${requests} requests`, async (assert) => {
        const fetch = following();
        const client = await clientOf({ fetch });
        const { ids } = await all(client.pages({ toDate: UNTIL, count }, { limit }));
        assert.equal(ids.length, Math.min(limit, 4321));
        assert.equal(fetch.calls.length, requests);
        const messages = [];
        for await (const { messageId } of client.messages({ toDate: UNTIL, count }, { limit }))
          messages.push(messageId);
        assert.deepEqual(messages, ids);
      });
    }

    test("a cursor goes on where a page ended, also in the middle of one, as often as one likes", async (assert) => {
      const client = await clientOf();
      const query = { toDate: UNTIL, count: 400 };
      const whole = (await all(client.pages(query))).ids;
      const ids = [];
      let cursor;
      for (const limit of [130, 400, 1, 900, undefined]) {
        const part = await all(client.pages(query, { cursor, limit }));
        ids.push(...part.ids);
        cursor = part.pages.at(-1).cursor;
        if (limit !== undefined) assert.equal(part.ids.length, limit);
      }
      assert.deepEqual(ids, whole);
      assert.deepEqual((await all(client.pages(query, { cursor }))).ids, []);
    });

    test("a cursor is a text with nothing personal, of pages of a history alone", async (assert) => {
      const client = await clientOf();
      const { value: page } = await client.pages({ toDate: UNTIL, count: 10 }).next();
      assert.equal(typeof page.cursor, "string");
      const number = page.at(0).destinationNumber;
      const mine = client.pages({ toDate: UNTIL, count: 1, destinationNumber: number });
      assert.notOk((await mine.next()).value.cursor.includes(number));
      assert.strictEqual((await client.getSmsHistory({ count: 1 })).cursor, undefined);
    });

    test("a cursor whose messages have changed meanwhile is an incomplete error", async (assert) => {
      const client = await clientOf();
      const { value: page } = await client.pages({ fromDate: "2025-12-31 00:00:00", count: 5 }).next();
      await tool(context, "messages", "POST", { count: 1, age_seconds: 86_400 });
      const error = await rejection(
        all(client.pages({ fromDate: "2025-12-31 00:00:00", count: 5 }, { cursor: page.cursor })),
      );
      assert.equal(error.kind, "incomplete");
    });

    const refused = [
      ["offset", { offset: 0 }, {}, "invalid_query", "cursor"],
      ["output", { output: "csv" }, {}, "invalid_query", "download"],
      ["count", { count: 0 }, {}, "invalid_query", "count"],
      ["a name that is none", { form_date: UNTIL }, {}, "invalid_query", "fromDate"],
      ["limit -1", {}, { limit: -1 }, "invalid_options", "limit"],
      ["limit 1.5", {}, { limit: 1.5 }, "invalid_options", "limit"],
      ["limit as a string", {}, { limit: "5" }, "invalid_options", "limit"],
      ["limit Infinity", {}, { limit: Number.POSITIVE_INFINITY }, "invalid_options", "limit"],
      ["concurrency 0", {}, { concurrency: 0 }, "invalid_options", "concurrency"],
      ["concurrency 7", {}, { concurrency: 7 }, "invalid_options", "concurrency"],
      ["an empty cursor", {}, { cursor: "" }, "invalid_options", "cursor"],
      ["a number as cursor", {}, { cursor: 5 }, "invalid_options", "cursor"],
      ["a phone number as cursor", {}, { cursor: PHONE }, "invalid_options", "cursor"],
      ["a signal that is none", {}, { signal: {} }, "invalid_options", "signal"],
      ["an option that is none", {}, { concurency: 4 }, "invalid_options", "concurrency"],
      ["options that are none", {}, "fast", "invalid_options", "options"],
    ];
    for (const [name, query, options, kind, word] of refused) {
      test(`${name} is refused before anything is sent`, async (assert) => {
        const fetch = following(answering(bodyOf([ROW])));
        const client = new core.SmsHistoryClient({ token: SECRET, fetch });
        for (const iterator of [client.pages(query, options), client.messages(query, options)]) {
          const error = await rejection(iterator.next());
          assert.ok(error instanceof core.SmsHistoryError);
          assert.equal(error.kind, kind);
          assert.ok(error.message.includes(word), error.message);
          assert.notOk(error.message.includes(PHONE), error.message);
          assert.deepEqual(await iterator.next(), { done: true, value: undefined });
        }
        assert.equal(fetch.calls.length, 0);
      });
    }
  });
}

/** Reads a history to its end. */
async function all(history) {
  const read = { pages: [], ids: [], count: 0, fragments: 0, cost: 0n };
  for await (const page of history) {
    read.pages.push(page);
    read.ids.push(...page.column("messageId"));
    read.count += page.totals.count;
    read.fragments += page.totals.fragments;
    read.cost += decimal(page.totals.cost);
  }
  return read;
}

const ascending = (a, b) => a - b;

/** A decimal of at most four places, in ten-thousandths. */
function decimal(text) {
  const [whole, places = ""] = text.split(".");
  return BigInt(whole + places.padEnd(4, "0"));
}
