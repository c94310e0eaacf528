import {
  adminRequest,
  bodyOf,
  PHONE,
  ROW,
  readAll,
  rejection,
  SECRET,
  stubFetch,
  trackingFetch,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** Parts of histories, by limits and cursors, and invalid options of histories. */
export default function cursors(QUnit, context) {
  const { core } = context;
  const { module, test } = QUnit;
  const clientOf = async () => (await watchedClient(context)).client;

  module("parts of histories", () => {
    for (const [limit, count, requests] of [
      [0, 40, 0],
      [1, 40, 1],
      [100, 40, 3],
      [120, 40, 3],
      [5000, 1000, 5],
    ]) {
      test(`limit ${limit} in pages of ${count} returns as many messages with ${requests} requests`, async (assert) => {
        const { client, fetch } = await watchedClient(context);
        const { ids } = await readAll(client.pages({ toDate: UNTIL, count }, { limit }));
        assert.equal(ids.length, Math.min(limit, 4321));
        assert.equal(fetch.calls.length, requests);
        const messages = [];
        for await (const { messageId } of client.messages({ toDate: UNTIL, count }, { limit }))
          messages.push(messageId);
        assert.deepEqual(messages, ids);
      });
    }

    test("a cursor resumes at the end of a page, repeatedly, even if a limit shortened the page", async (assert) => {
      const client = await clientOf();
      const query = { toDate: UNTIL, count: 400 };
      const whole = (await readAll(client.pages(query))).ids;
      const ids = [];
      let cursor;
      for (const limit of [130, 400, 1, 900, undefined]) {
        const part = await readAll(client.pages(query, { cursor, limit }));
        ids.push(...part.ids);
        cursor = part.pages.at(-1).cursor;
        if (limit !== undefined) assert.equal(part.ids.length, limit);
        assert.equal(part.pages.at(-1).isLast, limit === undefined);
      }
      assert.deepEqual(ids, whole);
      assert.strictEqual(cursor, undefined);
    });

    test("a limit at the end of the history gives a cursor to one empty last page", async (assert) => {
      const client = await clientOf();
      const query = { toDate: UNTIL };
      const { pages } = await readAll(client.pages(query, { limit: 4321 }));
      const { isLast, cursor } = pages.at(-1);
      assert.deepEqual([isLast, typeof cursor], [false, "string"]);
      const rest = await readAll(client.pages(query, { cursor }));
      assert.deepEqual([rest.pages.length, rest.ids, rest.pages[0].isLast], [1, [], true]);
      assert.equal(rest.pages[0].totalCount, 4321);
    });

    test("only pages of a history have a cursor, and it contains nothing personal", async (assert) => {
      const client = await clientOf();
      const { value: page } = await client.pages({ toDate: UNTIL, count: 10 }).next();
      assert.equal(typeof page.cursor, "string");
      const number = page.at(0).destinationNumber;
      const mine = client.pages({ toDate: UNTIL, count: 1, destinationNumber: number });
      assert.notOk((await mine.next()).value.cursor.includes(number));
      const single = await client.getSmsHistory({ count: 1 });
      assert.deepEqual([single.cursor, single.isLast], [undefined, false]);
    });

    test("a cursor before which messages were added causes an incomplete error", async (assert) => {
      const client = await clientOf();
      const { value: page } = await client.pages({ fromDate: "2025-12-31 00:00:00", count: 5 }).next();
      await adminRequest(context, "messages", "POST", { count: 1, age_seconds: 86_400 });
      const error = await rejection(
        readAll(client.pages({ fromDate: "2025-12-31 00:00:00", count: 5 }, { cursor: page.cursor })),
      );
      assert.deepEqual([error.kind, error.staleCursor], ["incomplete", true]);
      assert.true(JSON.parse(JSON.stringify(error)).staleCursor);
    });

    const refused = [
      ["offset", { offset: 0 }, {}, "invalid_query", "cursor"],
      ["output", { output: "csv" }, {}, "invalid_query", "download"],
      ["count", { count: 0 }, {}, "invalid_query", "count"],
      ["an unknown parameter", { form_date: UNTIL }, {}, "invalid_query", "fromDate"],
      ["limit -1", {}, { limit: -1 }, "invalid_options", "limit"],
      ["limit 1.5", {}, { limit: 1.5 }, "invalid_options", "limit"],
      ["limit as a string", {}, { limit: "5" }, "invalid_options", "limit"],
      ["limit Infinity", {}, { limit: Number.POSITIVE_INFINITY }, "invalid_options", "limit"],
      ["concurrency 0", {}, { concurrency: 0 }, "invalid_options", "concurrency"],
      ["concurrency 7", {}, { concurrency: 7 }, "invalid_options", "concurrency"],
      ["an empty cursor", {}, { cursor: "" }, "invalid_options", "cursor"],
      ["a number as cursor", {}, { cursor: 5 }, "invalid_options", "cursor"],
      ["a phone number as cursor", {}, { cursor: PHONE }, "invalid_options", "cursor"],
      ["an invalid signal", {}, { signal: {} }, "invalid_options", "signal"],
      ["an unknown option", {}, { concurency: 4 }, "invalid_options", "concurrency"],
      ["options that are a string", {}, "fast", "invalid_options", "options"],
    ];
    for (const [name, query, options, kind, word] of refused) {
      test(`${name} is refused before a request is sent`, async (assert) => {
        const fetch = trackingFetch(stubFetch(bodyOf([ROW])));
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
