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
        [{ top: 1001 }, "top"],
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
