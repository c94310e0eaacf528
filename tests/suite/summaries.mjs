import {
  adminRequest,
  bodyOf,
  decimal,
  isIdle,
  rejection,
  SECRET,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** Summaries of histories. */
export default function summaries(QUnit, context) {
  const { core } = context;
  const { module, test } = QUnit;
  const over = (rows) =>
    new core.SmsHistoryClient({ token: SECRET, fetch: async () => new Response(bodyOf(rows)) });

  module("summaries", () => {
    test("sums are the sandbox's own to the last digit, and every breakdown adds up", async (assert) => {
      const { client } = await watchedClient(context);
      const [summary, sums] = await Promise.all([
        client.summarize({ toDate: UNTIL }, { bucket: "month" }),
        adminRequest(context, `totals?${new URLSearchParams({ to_date: UNTIL })}`),
      ]);
      assert.equal(summary.totals.count, sums.count);
      assert.equal(summary.totals.fragments, sums.fragments);
      assert.equal(decimal(summary.totals.cost), decimal(sums.cost));
      const counts = (list, key) => Object.fromEntries(list.map((entry) => [entry[key], entry.count]));
      assert.deepEqual(counts(summary.directions, "direction"), {
        in: sums.by_direction.IN,
        out: sums.by_direction.OUT,
      });
      assert.deepEqual(counts(summary.statuses, "status"), {
        success: sums.by_status[1],
        error: sums.by_status[2],
        waiting: sums.by_status[3],
      });
      const all = summary.buckets.reduce((count, bucket) => count + bucket.count, 0);
      assert.equal(all, sums.count);
      assert.ok(summary.sourceNumbers.exact && summary.sourceNumbers.entries.length === 10);
      assert.deepEqual(structuredClone(summary), summary, "a plain value");
    });

    test("buckets follow the time zone, even across clock changes", async (assert) => {
      const dates = [
        "2026-03-08 04:59:59",
        "2026-03-08 05:00:00",
        "2026-03-08 06:59:59",
        "2026-03-08 07:00:00",
        "2026-03-09 03:59:59",
        "2026-03-09 04:00:00",
      ];
      const rows = dates.map((processed_date, message_id) => ({ message_id, processed_date, cost: 0.1 }));
      const bucketsBy = async (options) => {
        const { buckets } = await over(rows).summarize({}, options);
        return buckets.map(({ label, start, count }) => [label, start.toISOString().slice(0, 16), count]);
      };
      assert.deepEqual(await bucketsBy({ timeZone: "America/New_York" }), [
        ["2026-03-07", "2026-03-07T05:00", 1],
        ["2026-03-08", "2026-03-08T05:00", 4],
        ["2026-03-09", "2026-03-09T04:00", 1],
      ]);
      assert.deepEqual((await bucketsBy({ timeZone: "America/New_York", bucket: "hour" })).slice(1, 4), [
        ["2026-03-08T00", "2026-03-08T05:00", 1],
        ["2026-03-08T01", "2026-03-08T06:00", 1],
        ["2026-03-08T03", "2026-03-08T07:00", 1],
      ]);
      assert.deepEqual(
        (await bucketsBy({ timeZone: "Asia/Kathmandu", bucket: "month" }))[0][1],
        "2026-02-28T18:15",
      );
      assert.deepEqual(await bucketsBy({ bucket: "day" }), [
        ["2026-03-08", "2026-03-08T00:00", 4],
        ["2026-03-09", "2026-03-09T00:00", 2],
      ]);
    });

    test("absent and unknown values have counts of their own, and sums of costs are exact", async (assert) => {
      const rows = Array.from({ length: 10 }, (_, message_id) => ({ message_id, cost: 0.1 }));
      rows[3].direction = "sideways";
      rows[4].status_id = "9";
      const summary = await over(rows).summarize();
      assert.equal(summary.totals.cost, "1");
      assert.deepEqual(
        summary.directions.map(({ direction, raw, count }) => [direction, raw, count]),
        [
          ["unknown", "sideways", 1],
          [undefined, undefined, 9],
        ],
      );
      assert.deepEqual(
        summary.statuses.map(({ status, raw, count }) => [status, raw, count]),
        [
          ["unknown", "9", 1],
          [undefined, undefined, 9],
        ],
      );
      assert.deepEqual(
        summary.buckets.map(({ label, start, count }) => [label, start, count]),
        [[undefined, undefined, 10]],
      );
    });

    test("a bucket has its own directions and statuses, which add up to the whole history's", async (assert) => {
      const { client } = await watchedClient(context);
      const summary = await client.summarize({ toDate: UNTIL }, { bucket: "month" });
      const sums = (entries) => {
        const sum = { count: 0, fragments: 0, cost: 0n };
        for (const { count, fragments, cost } of entries) {
          sum.count += count;
          sum.fragments += fragments;
          sum.cost += decimal(cost);
        }
        return sum;
      };
      const total = sums([summary.totals]);
      for (const [list, whole, name] of [
        ["directions", summary.directions, "direction"],
        ["statuses", summary.statuses, "status"],
      ]) {
        for (const bucket of summary.buckets)
          assert.deepEqual(sums(bucket[list]), sums([bucket]), bucket.label);
        assert.deepEqual(sums(whole), total);
        for (const entry of whole) {
          const parts = summary.buckets.flatMap((bucket) =>
            bucket[list].filter((part) => part[name] === entry[name] && part.raw === entry.raw),
          );
          assert.deepEqual(sums(parts), sums([entry]), entry[name]);
        }
      }
      const rows = [
        { message_id: 1, processed_date: "2026-03-08 10:00:00", status_id: "2", direction: "OUT", cost: 0.1 },
        { message_id: 2, processed_date: "2026-03-08 11:00:00", status_id: "9", direction: "OUT" },
        { message_id: 3, processed_date: "2026-03-09 11:00:00", status_id: "1" },
      ];
      const { buckets } = await over(rows).summarize();
      assert.deepEqual(buckets, [
        {
          label: "2026-03-08",
          start: new Date("2026-03-08T00:00:00Z"),
          count: 2,
          fragments: 0,
          cost: "0.1",
          directions: [{ direction: "out", raw: undefined, count: 2, fragments: 0, cost: "0.1" }],
          statuses: [
            { status: "error", raw: undefined, count: 1, fragments: 0, cost: "0.1" },
            { status: "unknown", raw: "9", count: 1, fragments: 0, cost: "0" },
          ],
        },
        {
          label: "2026-03-09",
          start: new Date("2026-03-09T00:00:00Z"),
          count: 1,
          fragments: 0,
          cost: "0",
          directions: [{ direction: undefined, raw: undefined, count: 1, fragments: 0, cost: "0" }],
          statuses: [{ status: "success", raw: undefined, count: 1, fragments: 0, cost: "0" }],
        },
      ]);
    });

    test("errors are grouped by their code, and errors without a text are counted", async (assert) => {
      const errors = ["to 12025550101 Code = 9", "to 12025550102 Code = 9", "no route", "", undefined];
      const rows = errors.map((error_message, message_id) => ({
        message_id,
        error_message,
        status_id: "2",
        cost: 0.5,
      }));
      const { errorCodes, withoutErrorText } = await over(rows).summarize({}, { top: 0 });
      assert.deepEqual(errorCodes, {
        exact: true,
        entries: [
          { code: 9, example: "to 12025550101 Code = 9", count: 2, fragments: 0, cost: "1" },
          { code: undefined, example: "no route", count: 1, fragments: 0, cost: "0.5" },
        ],
      });
      assert.deepEqual(withoutErrorText, { count: 2, fragments: 0, cost: "1" });
    });

    test("empty buckets cover the query's time span, across clock changes, up to a limit", async (assert) => {
      const row = { message_id: 1, processed_date: "2026-03-08 12:00:00" };
      const query = { fromDate: "2026-03-07T05:00:00Z", toDate: "2026-03-09T03:59:59Z" };
      const labels = async (options) => {
        const { buckets } = await over([row]).summarize(query, { timeZone: "America/New_York", ...options });
        return buckets.map(({ label, count }) => [label, count]);
      };
      assert.deepEqual(await labels({}), [["2026-03-08", 1]]);
      assert.deepEqual(await labels({ emptyBuckets: true }), [
        ["2026-03-07", 0],
        ["2026-03-08", 1],
      ]);
      const hours = await labels({ emptyBuckets: true, bucket: "hour" });
      assert.equal(hours.length, 24 + 23);
      assert.ok(!hours.some(([label]) => label === "2026-03-08T02"), "no hour that the clock skips");
      const sent = [];
      const client = new core.SmsHistoryClient({ token: SECRET, fetch: async (url) => sent.push(url) });
      const century = { fromDate: "1976-01-01T00:00:00Z", toDate: "2026-01-01T00:00:00Z" };
      const error = await rejection(client.summarize(century, { bucket: "hour", emptyBuckets: true }));
      assert.equal(error.kind, "invalid_options");
      assert.ok(error.message.startsWith("bucket: expected at most 100000 buckets"), error.message);
      assert.deepEqual(sent, []);
    });

    test("a bill has exact sums by sender and month, and too many senders are an error", async (assert) => {
      const rows = [
        ...[
          { message_id: 1, status_id: 1, processed_date: "2026-02-01 00:00:00", cost: 0.1 },
          { message_id: 2, status_id: 2, processed_date: "2026-01-31 23:59:59", cost: 0.1 },
          { message_id: 3, status_id: 1, processed_date: "2026-02-28 00:00:00", cost: 0.2 },
        ].map((row) => ({ ...row, source_number: "Taxi24" })),
        { message_id: 4, status_id: 3, cost: "1.000000000000000001", fragments: 2 },
      ];
      const options = { bucket: "month", by: "sourceNumber" };
      const { bySourceNumber } = await over(rows).summarize({}, options);
      const month = (label, start, count, cost) => ({ label, start, count, fragments: 0, cost });
      assert.deepEqual(bySourceNumber, [
        {
          sourceNumber: "Taxi24",
          totals: { count: 3, fragments: 0, cost: "0.4" },
          success: 2,
          error: 1,
          buckets: [
            month("2026-01", new Date("2026-01-01T00:00:00Z"), 1, "0.1"),
            month("2026-02", new Date("2026-02-01T00:00:00Z"), 2, "0.3"),
          ],
        },
        {
          sourceNumber: undefined,
          totals: { count: 1, fragments: 2, cost: "1.000000000000000001" },
          success: 0,
          error: 0,
          buckets: [
            { label: undefined, start: undefined, count: 1, fragments: 2, cost: "1.000000000000000001" },
          ],
        },
      ]);
      assert.false("bySourceNumber" in (await over(rows).summarize({}, { bucket: "month" })));
      const many = Array.from({ length: 8193 }, (_, message_id) => ({
        message_id,
        source_number: message_id,
      }));
      const error = await rejection(over(many).summarize({}, options));
      assert.equal(error.kind, "invalid_options");
      assert.ok(error.message.startsWith("by: expected at most 8192 senders"), error.message);
      const { sourceNumbers } = await over(rows).summarize({}, { top: 8192 });
      assert.ok(sourceNumbers.exact && sourceNumbers.entries.length === 1);
    });

    test("progress is reported up to the end, and a callback that throws has no effect", async (assert) => {
      const { client } = await watchedClient(context);
      const reports = [];
      const onProgress = (progress) => {
        reports.push(progress);
        throw new Error("mine");
      };
      const { totals } = await client.summarize({ count: 500, toDate: UNTIL }, { onProgress });
      assert.equal(reports.length, Math.ceil(totals.count / 500));
      assert.ok(
        reports.every(({ read, total }, at) => total === totals.count && read > (reports[at - 1]?.read ?? 0)),
      );
      const { read, remainingMs, rowsPerSecond } = reports.at(-1);
      assert.deepEqual([read, remainingMs], [totals.count, 0]);
      assert.ok(rowsPerSecond > 0);
    });

    test("invalid options are refused, and named in the error", async (assert) => {
      const client = over([]);
      for (const [options, word] of [
        [{ bucket: "week" }, "bucket"],
        [{ timeZone: "Mars/Base" }, "timeZone"],
        [{ timeZone: 5 }, "timeZone"],
        [{ top: 8193 }, "top"],
        [{ emptyBuckets: 1 }, "emptyBuckets: expected a boolean, got a number"],
        [{ by: "destinationNumber" }, 'by: expected "sourceNumber", got a string'],
        [{ by: true }, "by"],
        [{ top: -1 }, "top"],
        [{ onProgress: true }, "onProgress"],
        [{ buckets: "day" }, "`bucket`"],
      ]) {
        const error = await rejection(client.summarize({}, options));
        assert.equal(error.kind, "invalid_options");
        assert.ok(error.message.includes(word), error.message);
      }
    });

    test("an abort rejects with the signal's own reason", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      const controller = new AbortController();
      const onProgress = () => controller.abort("enough");
      const call = client.summarize({ count: 100 }, { onProgress, signal: controller.signal });
      assert.equal(await rejection(call), "enough");
      assert.ok(await isIdle(fetch));
    });
  });
}
