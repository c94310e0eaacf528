import {
  adminRequest,
  bodyOf,
  decimal,
  isIdle,
  rejection,
  SECRET,
  sleep,
  tokenOf,
  trackingFetch,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** Summaries and exports of histories. */
export default function summaries(QUnit, context) {
  const { core, sandbox } = context;
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

  module("exports", () => {
    const TEXT = '=1+1, "quoted"\nПривет 👋';

    test("CSV contains every message once, with unchanged texts", async (assert) => {
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

    test("CSV neutralizes texts that a spreadsheet could read as formulas", async (assert) => {
      const rows = [{ message_id: 1, text: TEXT, source_number: "+12025550101", cost: -0.5 }];
      const fieldsOf = async (options) =>
        parse(
          await new Response(
            over(rows).exportHistory({}, { columns: ["text", "sourceNumber", "cost"], ...options }),
          ).text(),
        )[1];
      assert.deepEqual(await fieldsOf({}), [`'${TEXT}`, "+12025550101", "-0.5"]);
      assert.deepEqual(await fieldsOf({ neutralizeFormulas: false }), [TEXT, "+12025550101", "-0.5"]);
    });

    test("CSV has the chosen delimiter, and a formula behind any delimiter in a text is neutralized", async (assert) => {
      const rows = [{ message_id: 1, text: "hi;=HYPERLINK(A1)", cost: 0.5 }];
      for (const delimiter of [undefined, ",", ";", "\t"]) {
        const options = { columns: ["messageId", "text", "cost"], delimiter };
        const file = await new Response(over(rows).exportHistory({}, options)).text();
        const lines = ["messageId,text,cost", `1,"hi;'=HYPERLINK(A1)",0.5`, ""];
        assert.equal(file, lines.join("\r\n").replaceAll(",", delimiter ?? ","));
      }
    });

    for (const format of ["csv", "ndjson"]) {
      test(`${format}: a history whose first page fails writes nothing`, async (assert) => {
        const fetch = async () =>
          new Response('{"error":{"code":100,"msg":"Authorization failed"}}', { status: 401 });
        const client = new core.SmsHistoryClient({ token: SECRET, fetch });
        const reader = client.exportHistory({}, { format }).getReader();
        const error = await rejection(reader.read());
        assert.deepEqual([error.kind, error.code], ["api", 100]);
        let text = "";
        const response = new Response(client.exportHistory({}, { format }));
        const written = new WritableStream({
          write(chunk) {
            text += new TextDecoder().decode(chunk);
          },
        });
        await rejection(response.body.pipeTo(written));
        assert.equal(text, "");
      });
    }

    test("CSV of an empty history has its header, and a byte order mark on request", async (assert) => {
      const bytes = async (options) =>
        new Uint8Array(await new Response(over([]).exportHistory({}, options)).arrayBuffer());
      const plain = await bytes({});
      assert.ok(new TextDecoder().decode(plain).startsWith("messageId,sourceNumber,"));
      assert.deepEqual([...(await bytes({ byteOrderMark: true })).subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    });

    test("NDJSON has an object per line, as exact as the API's", async (assert) => {
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

    test("an export reads no faster than its consumer, and cancelling it aborts all requests", async (assert) => {
      const fetch = trackingFetch(async (url, init) => {
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
      while (fetch.inFlight() === 0) await sleep(1);
      await reader.cancel();
      await Promise.all(reads);
      assert.ok(await isIdle(fetch));
    });

    test("a failure errors the stream with a typed error", async (assert) => {
      const failing = new core.SmsHistoryClient({ token: SECRET, fetch: async () => new Response("{}") });
      // Not through a Response: browsers do not report the error of a body.
      const reader = failing.exportHistory().getReader();
      const error = await rejection(reader.read());
      assert.ok(error instanceof core.SmsHistoryError);
      assert.equal(error.kind, "format");
      for (const [options, word] of [
        [{ format: "xls" }, "format"],
        [{ columns: ["nope"] }, "columns"],
        [{ columns: "text" }, "columns: expected an array of field names, got a string"],
        [
          { columns: ["text", "sourcenumber"] },
          "columns[1]: unknown column `sourcenumber`; did you mean `sourceNumber`?",
        ],
        [{ columns: ["TEXT"] }, "columns[0]: unknown column `TEXT`; did you mean `text`?"],
        [{ columns: ["zzz"] }, "columns[0]: unknown column `zzz`; known are messageId, "],
        [{ columns: ["text", 5] }, "columns[1]: expected a field name, got a number"],
        [{ byteOrderMark: "yes" }, "byteOrderMark"],
        [{ delimiter: "|" }, 'delimiter: expected ",", ";" or "\\t", got a string'],
        [{ delimiter: 5 }, "delimiter"],
        [{ delimiter: ";", format: "ndjson" }, "delimiter: expected none for the format ndjson"],
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

/** Parses CSV by RFC 4180, as far as the tests need it. */
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
