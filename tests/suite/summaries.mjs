import {
  bodyOf,
  decimal,
  following,
  isQuiet,
  rejection,
  SECRET,
  sleep,
  tokenOf,
  tool,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** What histories add up to, and the files that are made of them. */
export default function summaries(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;
  const over = (rows) =>
    new core.SmsHistoryClient({ token: SECRET, fetch: async () => new Response(bodyOf(rows)) });

  module("summaries", () => {
    test("sums equal the sandbox's own to the last digit, and every division adds up", async (assert) => {
      const { client } = await watchedClient(context);
      const [summary, sums] = await Promise.all([
        client.summarize({ toDate: UNTIL }, { bucket: "month" }),
        tool(context, `totals?${new URLSearchParams({ to_date: UNTIL })}`),
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

    test("buckets are those of the zone, also where the clock is changed", async (assert) => {
      const dates = [
        "2026-03-08 04:59:59",
        "2026-03-08 05:00:00",
        "2026-03-08 06:59:59",
        "2026-03-08 07:00:00",
        "2026-03-09 03:59:59",
        "2026-03-09 04:00:00",
      ];
      const rows = dates.map((processed_date, message_id) => ({ message_id, processed_date, cost: 0.1 }));
      const told = async (options) => {
        const { buckets } = await over(rows).summarize({}, options);
        return buckets.map(({ label, start, count }) => [label, start.toISOString().slice(0, 16), count]);
      };
      assert.deepEqual(await told({ timeZone: "America/New_York" }), [
        ["2026-03-07", "2026-03-07T05:00", 1],
        ["2026-03-08", "2026-03-08T05:00", 4],
        ["2026-03-09", "2026-03-09T04:00", 1],
      ]);
      assert.deepEqual((await told({ timeZone: "America/New_York", bucket: "hour" })).slice(1, 4), [
        ["2026-03-08T00", "2026-03-08T05:00", 1],
        ["2026-03-08T01", "2026-03-08T06:00", 1],
        ["2026-03-08T03", "2026-03-08T07:00", 1],
      ]);
      assert.deepEqual(
        (await told({ timeZone: "Asia/Kathmandu", bucket: "month" }))[0][1],
        "2026-02-28T18:15",
      );
      assert.deepEqual(await told({ bucket: "day" }), [
        ["2026-03-08", "2026-03-08T00:00", 4],
        ["2026-03-09", "2026-03-09T00:00", 2],
      ]);
    });

    test("what is absent or unknown is counted as such, and costs do not drift", async (assert) => {
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

    test("progress is told up to the end, and a function that throws does no harm", async (assert) => {
      const { client } = await watchedClient(context);
      const told = [];
      const onProgress = (progress) => {
        told.push(progress);
        throw new Error("mine");
      };
      const { totals } = await client.summarize({ count: 500, toDate: UNTIL }, { onProgress });
      assert.equal(told.length, Math.ceil(totals.count / 500));
      assert.ok(
        told.every(({ read, total }, at) => total === totals.count && read > (told[at - 1]?.read ?? 0)),
      );
      const { read, remainingMs, rowsPerSecond } = told.at(-1);
      assert.deepEqual([read, remainingMs], [totals.count, 0]);
      assert.ok(rowsPerSecond > 0);
    });

    test("wrong options are refused, by name", async (assert) => {
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

    test("an abort ends it with the signal's own reason", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      const controller = new AbortController();
      const onProgress = () => controller.abort("enough");
      const call = client.summarize({ count: 100 }, { onProgress, signal: controller.signal });
      assert.equal(await rejection(call), "enough");
      assert.ok(await isQuiet(fetch));
    });
  });

  module("exports", () => {
    const TEXT = '=1+1, "quoted"\nПривет 👋';

    test("CSV: every message once, and texts as they are", async (assert) => {
      const { client } = await watchedClient(context);
      const messages = await collect(client.messages({ toDate: UNTIL, count: 500 }));
      const columns = ["messageId", "text"];
      const stream = client.exportHistory(
        { toDate: UNTIL, count: 500 },
        { columns, neutralizeFormulas: false },
      );
      assert.ok(stream instanceof ReadableStream);
      const rows = parse(await new Response(stream).text());
      assert.deepEqual(rows[0], columns);
      assert.deepEqual(
        rows.slice(1),
        messages.map(({ messageId, text }) => [String(messageId), text ?? ""]),
      );
    });

    test("CSV: what a spreadsheet could take for a formula is made harmless", async (assert) => {
      const rows = [{ message_id: 1, text: TEXT, source_number: "+12025550101", cost: -0.5 }];
      const told = async (options) =>
        parse(
          await new Response(
            over(rows).exportHistory({}, { columns: ["text", "sourceNumber", "cost"], ...options }),
          ).text(),
        )[1];
      assert.deepEqual(await told({}), [`'${TEXT}`, "+12025550101", "-0.5"]);
      assert.deepEqual(await told({ neutralizeFormulas: false }), [TEXT, "+12025550101", "-0.5"]);
    });

    test("CSV: an empty history has its header, and the byte order mark if it is asked for", async (assert) => {
      const bytes = async (options) =>
        new Uint8Array(await new Response(over([]).exportHistory({}, options)).arrayBuffer());
      const plain = await bytes({});
      assert.ok(new TextDecoder().decode(plain).startsWith("messageId,sourceNumber,"));
      assert.deepEqual([...(await bytes({ byteOrderMark: true })).subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    });

    test("NDJSON: an object a line, as exact as the API's own", async (assert) => {
      const { client } = await watchedClient(context);
      const messages = await collect(client.messages({ toDate: UNTIL }));
      const text = await new Response(client.exportHistory({ toDate: UNTIL }, { format: "ndjson" })).text();
      const lines = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const plain = messages.map(({ processedDate, ...others }) => ({
        ...others,
        ...(processedDate && { processedDate: processedDate.toISOString().replace(".000Z", "Z") }),
      }));
      assert.deepEqual(lines, JSON.parse(JSON.stringify(plain)));
    });

    test("a stream is read no faster than it is asked for, and cancelling it ends all requests", async (assert) => {
      const fetch = following(async (url, init) => {
        await sleep(30);
        return globalThis.fetch(url, init);
      });
      const token = await tokenOf(context);
      const client = new core.SmsHistoryClient({ token, baseUrl: sandbox.url, fetch, concurrency: 2 });
      const reader = client.exportHistory({ count: 100 }).getReader();
      await sleep(50);
      assert.equal(fetch.calls.length, 0, "nothing is read before it is asked for");
      await reader.read();
      await reader.read();
      await sleep(100);
      assert.ok(fetch.calls.length <= 3, `${fetch.calls.length} requests for a page and two ahead`);
      const reads = [1, 2, 3, 4].map(() => reader.read());
      while (fetch.underWay() === 0) await sleep(1);
      await reader.cancel();
      await Promise.all(reads);
      assert.ok(await isQuiet(fetch));
    });

    test("what goes wrong errors the stream, as a typed error", async (assert) => {
      const failing = new core.SmsHistoryClient({ token: SECRET, fetch: async () => new Response("{}") });
      // Not through a Response: browsers tell nothing of what errors a body.
      const reader = failing.exportHistory().getReader();
      assert.notOk((await reader.read()).done, "the header");
      const error = await rejection(reader.read());
      assert.ok(error instanceof core.SmsHistoryError);
      assert.equal(error.kind, "format");
      for (const [options, word] of [
        [{ format: "xls" }, "format"],
        [{ columns: ["nope"] }, "columns"],
        [{ columns: "text" }, "columns"],
        [{ byteOrderMark: "yes" }, "byteOrderMark"],
        [{ neutralizeFormula: true }, "neutralizeFormulas"],
      ]) {
        const refused = await rejection(over([]).exportHistory({}, options).getReader().read());
        assert.ok(refused instanceof core.SmsHistoryError);
        assert.equal(refused.kind, "invalid_options");
        assert.ok(refused.message.includes(word), refused.message);
      }
    });
  });
}

async function collect(messages) {
  const all = [];
  for await (const message of messages) all.push(message);
  return all;
}

/** RFC 4180, for what the tests need of it. */
function parse(csv) {
  const rows = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  rows.pop();
  return rows;
}
