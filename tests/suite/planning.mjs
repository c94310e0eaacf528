import {
  adminRequest,
  bodyOf,
  clearFaultsAfterEach,
  isIdle,
  ROW,
  readAll,
  rejection,
  SECRET,
  stubFetch,
  trackingFetch,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** Counts, the newest messages, spans, and the progress and the number of each call. */
export default function planning(QUnit, context) {
  const { core, edge } = context;
  const { module, test } = QUnit;

  /** The filters, and the sandbox's own for the same messages. */
  const FILTERS = [
    ["all messages", {}, {}],
    ["one direction", { direction: "in" }, { direction: "IN" }],
    ["a part of the time", { fromDate: "2025-12-28 12:00:00" }, { from_date: "2025-12-28 12:00:00" }],
    ["nobody's number", { sourceNumber: "12025550199" }, { source_number: "12025550199" }],
  ];

  const totalsOf = (filter) =>
    adminRequest(context, `totals?${new URLSearchParams({ to_date: UNTIL, ...filter })}`);

  module("counts, newest messages and spans", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    for (const [name, query, filter] of FILTERS) {
      test(`${name}: count() returns the sandbox's own count with few requests`, async (assert) => {
        const { client, fetch } = await watchedClient(context, {}, edge);
        const { count } = await totalsOf(filter);
        assert.equal(await client.count({ toDate: UNTIL, ...query }), count);
        assert.ok(fetch.calls.length <= 4, `${fetch.calls.length} requests`);
      });

      test(`${name}: newest() returns the newest messages first`, async (assert) => {
        const { client, fetch } = await watchedClient(context);
        const all = [];
        for await (const message of client.messages({ toDate: UNTIL, ...query })) all.push(message);
        const time = ({ processedDate }) => processedDate?.getTime() ?? 0;
        all.sort((a, b) => time(b) - time(a) || b.messageId - a.messageId);
        const before = fetch.calls.length;
        const newest = await client.newest(50, { toDate: UNTIL, ...query });
        assert.deepEqual(newest, all.slice(0, 50));
        assert.ok(fetch.calls.length - before <= 6, `${fetch.calls.length - before} requests`);
        assert.deepEqual(await client.newest(9999, { toDate: UNTIL, ...query }), all);
      });

      test(`${name}: spans() returns touching spans that count every message once`, async (assert) => {
        const { client } = await watchedClient(context);
        const { count } = await totalsOf(filter);
        const spans = await client.spans({ toDate: UNTIL, ...query }, { maxMessages: 700 });
        assert.equal(
          spans.reduce((sum, span) => sum + span.count, 0),
          count,
        );
        assert.equal(spans[0].fromDate.getTime(), Date.parse(`${query.fromDate ?? "1970-01-01 00:00:00"}Z`));
        assert.equal(spans.at(-1).toDate.getTime(), Date.parse(`${UNTIL}Z`));
        for (const [at, span] of spans.entries()) {
          assert.ok(span.count <= 700);
          if (at > 0) assert.equal(span.fromDate - spans[at - 1].toDate, 1000);
        }
        const { fromDate, toDate, count: expected } = spans.at(-1);
        const read = await readAll(client.pages({ ...query, fromDate, toDate }));
        assert.equal(read.count, expected);
      });
    }

    test("an empty history, and none of the newest messages", async (assert) => {
      const fetch = trackingFetch(stubFetch(bodyOf([])));
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      const query = { fromDate: "2025-12-01 00:00:00", toDate: UNTIL };
      assert.deepEqual(await client.newest(5, query), []);
      assert.equal(await client.count(query), 0);
      assert.deepEqual(await client.spans(query), [
        { fromDate: new Date("2025-12-01T00:00:00Z"), toDate: new Date(`${UNTIL}Z`), count: 0 },
      ]);
      const { length } = fetch.calls;
      assert.deepEqual(await client.newest(0), []);
      assert.equal(fetch.calls.length, length);
      const messages = [];
      for await (const message of client.messages(query)) messages.push(message);
      assert.deepEqual(messages, []);
    });

    const refused = [
      ["a negative n", (client) => client.newest(-1), "n: expected an integer from 0 to 10000"],
      ["no n", (client) => client.newest(), "got undefined"],
      ["n as a string", (client) => client.newest("5"), "got a string"],
      ["maxMessages 0", (client) => client.spans({}, { maxMessages: 0 }), "maxMessages"],
      ["a limit of the newest", (client) => client.newest(5, {}, { limit: 5 }), "limit"],
      ["a limit of spans", (client) => client.spans({}, { limit: 5 }), "limit"],
      ["an unknown option", (client) => client.count({}, { maxMessages: 5 }), "maxMessages"],
    ];
    for (const [name, call, word] of refused) {
      test(`${name} is refused before a request is sent`, async (assert) => {
        const fetch = trackingFetch(stubFetch(bodyOf([ROW])));
        const error = await rejection(call(new core.SmsHistoryClient({ token: SECRET, fetch })));
        assert.equal(error.kind, "invalid_options");
        assert.ok(error.message.includes(word), error.message);
        assert.equal(fetch.calls.length, 0);
      });
    }

    test("an offset is refused in every call, as in a history", async (assert) => {
      const client = new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([ROW])) });
      for (const call of [
        client.count({ offset: 1 }),
        client.newest(1, { offset: 1 }),
        client.spans({ offset: 1 }),
      ])
        assert.equal((await rejection(call)).kind, "invalid_query");
    });

    test("an abort ends each call and its requests", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      for (const start of [
        (options) => client.count({}, options),
        (options) => client.newest(2000, { count: 10 }, options),
        (options) => client.spans({}, options),
      ]) {
        const controller = new AbortController();
        const call = start({ signal: controller.signal });
        controller.abort("enough");
        assert.equal(await rejection(call), "enough");
      }
      assert.ok(await isIdle(fetch));
    });
  });

  module("progress and calls", () => {
    test("every call of a history reports its progress, with the number of its events", async (assert) => {
      const { client, events } = await watchedClient(context);
      const query = { toDate: UNTIL, count: 500 };
      await client.getSmsHistory({ count: 1 });
      for (const [read, total, start] of [
        [4321, 4321, (options) => readAll(client.pages(query, options))],
        [800, 800, (options) => readAll(client.pages(query, { limit: 800, ...options }))],
        [
          4321,
          4321,
          (options) =>
            Array.fromAsync?.(client.messages(query, options)) ?? drain(client.messages(query, options)),
        ],
        [4321, 4321, (options) => client.summarize(query, options)],
        [4321, 4321, (options) => new Response(client.exportHistory(query, options)).text()],
        [4321, 4321, (options) => client.spans(query, { maxMessages: 900, ...options })],
      ]) {
        const [reports, before] = [[], events.length];
        await start({ onProgress: (progress) => reports.push(progress) });
        const own = events.slice(before);
        const { call } = own[0];
        assert.ok(own.every((event) => event.call === call));
        assert.ok(reports.length > 1 && reports.every((progress) => progress.call === call));
        const last = reports.at(-1);
        assert.deepEqual([last.read, last.total, last.remainingMs], [read, total, 0]);
        assert.ok(reports.every((progress, at) => progress.read >= (reports[at - 1]?.read ?? 0)));
        assert.deepEqual(Object.keys(last), ["call", "read", "total", "rowsPerSecond", "remainingMs"]);
      }
      const calls = new Set(events.map(({ call }) => call));
      assert.deepEqual([...calls], [1, 2, 3, 4, 5, 6, 7]);
    });

    test("concurrent calls have different numbers", async (assert) => {
      const { client, events } = await watchedClient(context);
      await Promise.all([
        client.getSmsHistory({ count: 1 }),
        client.count(),
        client.getSmsHistory({ count: 2 }),
      ]);
      const calls = events.filter(({ type }) => type === "request").map(({ call }) => call);
      assert.deepEqual([...new Set(calls)].sort(), [1, 2, 3]);
    });
  });

  async function drain(iterator) {
    for await (const _ of iterator);
  }
}
