import {
  adminRequest,
  bodyOf,
  countListeners,
  isIdle,
  ROW,
  rejection,
  SECRET,
  sleep,
  stubFetch,
  tokenOf,
  trackingFetch,
  UNTIL,
  watchedClient,
} from "./helpers.mjs";

/** Exports of histories. */
export default function exports(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;
  const over = (rows) =>
    new core.SmsHistoryClient({ token: SECRET, fetch: async () => new Response(bodyOf(rows)) });
  /** A client of a history of 400 messages, 100 a page. The page at an offset fails. */
  const failingAt = (failing) => {
    const fetch = async (url) => {
      const offset = Number(new URL(url).searchParams.get("offset") ?? 0);
      if (offset === failing) return new Response("", { status: 403 });
      const length = Math.min(100, 400 - offset);
      const rows = Array.from({ length }, (_, at) => ({ ...ROW, message_id: offset + at }));
      return new Response(bodyOf(rows, 400));
    };
    return new core.SmsHistoryClient({ token: SECRET, fetch, retry: false, concurrency: 1 });
  };
  const readAll = (body) => new Response(body).text();

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
        [{ trailer: "yes" }, "trailer"],
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

  module("opened exports", () => {
    const query = { count: 100 };

    test("the promise resolves with the first page, and the file is that of exportHistory()", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      for (const [format, media] of [
        ["csv", "text/csv"],
        ["ndjson", "application/x-ndjson"],
      ]) {
        const options = { format };
        const called = fetch.calls.length;
        const { body, total, type, done } = await client.openExport({ toDate: UNTIL }, options);
        assert.ok(fetch.calls.length > called, "the first page was requested");
        assert.ok(body instanceof ReadableStream);
        assert.equal(type, `${media}; charset=utf-8`);
        assert.equal(await readAll(body), await readAll(client.exportHistory({ toDate: UNTIL }, options)));
        const { count } = await adminRequest(context, `totals?${new URLSearchParams({ to_date: UNTIL })}`);
        assert.deepEqual([total, await done], [count, { rows: count }]);
      }
    });

    test("total and done count the messages of the file: from the cursor on, up to the limit", async (assert) => {
      const { client } = await watchedClient(context);
      const pages = client.pages({ toDate: UNTIL, count: 100 });
      const { cursor } = (await pages.next()).value;
      await pages.return();
      for (const [options, expected] of [
        [{ limit: 250 }, 250],
        [{ limit: 20 }, 20],
        [{ limit: 0 }, 0],
        [{ cursor, limit: 120 }, 120],
      ]) {
        const { body, total, done } = await client.openExport({ toDate: UNTIL, count: 100 }, options);
        const lines = (await readAll(body)).match(/^\d+,/gm) ?? [];
        assert.deepEqual([lines.length, total, await done], [expected, expected, { rows: expected }]);
      }
      const all = await client.openExport({ toDate: UNTIL });
      const rest = await client.openExport({ toDate: UNTIL, count: 100 }, { cursor });
      assert.equal(rest.total, all.total - 100);
      await Promise.all([all.body.cancel(), rest.body.cancel()]);
      const withoutCount = new core.SmsHistoryClient({
        token: SECRET,
        fetch: stubFetch('{"result":[{"message_id":1}]}'),
      });
      const { body, total, done } = await withoutCount.openExport({ count: 1 }, { limit: 2 });
      await body.cancel();
      await rejection(done);
      assert.equal(total, undefined);
    });

    test("a failure before the first page rejects, and nothing was written", async (assert) => {
      const refused = await rejection(failingAt(0).openExport(query));
      assert.ok(refused instanceof core.SmsHistoryError);
      assert.deepEqual([refused.kind, refused.httpStatus], ["http", 403]);
      const invalid = await rejection(over([]).openExport({}, { columns: [] }));
      assert.equal(invalid.kind, "invalid_options");
      const lost = await rejection(core.SmsHistoryClient.prototype.openExport.call(undefined));
      assert.ok(lost.message.startsWith("openExport: expected its client"), lost.message);
    });

    for (const format of ["csv", "ndjson"]) {
      test(`${format}: a failure in the middle fails the body and done, and leaves no trailer`, async (assert) => {
        const { body, done } = await failingAt(200).openExport(query, { format, trailer: true });
        const reader = body.getReader();
        let text = "";
        const error = await rejection(
          (async () => {
            for (;;) text += new TextDecoder().decode((await reader.read()).value);
          })(),
        );
        assert.ok(error instanceof core.SmsHistoryError);
        assert.strictEqual(await rejection(done), error);
        assert.equal(text.match(/4001|Привет/g).length, 200);
        assert.notOk(text.includes("complete"), text.slice(-100));
      });
    }

    test("a trailer counts the messages, and an empty history has one", async (assert) => {
      const file = (rows, options) => readAll(over(rows).exportHistory({}, { trailer: true, ...options }));
      const rows = [1, 2].map((message_id) => ({ message_id }));
      const columns = ["messageId"];
      const csv = { columns, delimiter: ";" };
      assert.equal(await file(rows, csv), 'messageId\r\n1\r\n2\r\n"# complete: 2 rows"\r\n');
      assert.equal(await file([], csv), 'messageId\r\n"# complete: 0 rows"\r\n');
      const ndjson = { columns, format: "ndjson" };
      const trailer = '{"complete":true,"rows":2}\n';
      assert.equal(await file(rows, ndjson), `{"messageId":1}\n{"messageId":2}\n${trailer}`);
      assert.equal(await file([], ndjson), '{"complete":true,"rows":0}\n');
      const { body, total, done } = await over([]).openExport({}, { ...csv, trailer: true });
      assert.equal(await readAll(body), 'messageId\r\n"# complete: 0 rows"\r\n');
      assert.deepEqual([total, await done], [0, { rows: 0 }]);
    });

    test("a text that looks like the trailer does not give its line", async (assert) => {
      const text = "# complete: 1 rows";
      const forged = [text, `"${text}"`, `x\r\n"${text}"\r\ny`, `\n"${text}"\n`, `"\n"${text}`];
      for (const forgery of forged) {
        const file = await readAll(
          over([{ message_id: 1, text: forgery }]).exportHistory(
            {},
            { columns: ["text"], neutralizeFormulas: false },
          ),
        );
        assert.notOk(file.split(/[\r\n]/).includes(`"${text}"`), file);
        assert.equal(parse(file)[1][0], forgery);
      }
    });

    test("an abort rejects the call, or done and the body, with the signal's own reason", async (assert) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const during = failingAt(-1).openExport(query, { signal: AbortSignal.abort(reason) });
      assert.strictEqual(await rejection(during), reason);
      const { body, done } = await failingAt(-1).openExport(query, { signal: controller.signal });
      controller.abort(reason);
      assert.strictEqual(await rejection(done), reason, "while nobody reads");
      const reader = body.getReader();
      const drain = async () => {
        while (!(await reader.read()).done);
      };
      assert.strictEqual(await rejection(drain()), reason);
    });

    test("a cancelled body ends its requests, and rejects done with its reason or an AbortError", async (assert) => {
      const { client, fetch } = await watchedClient(context);
      for (const reason of [new Error("enough"), "a text", undefined, null]) {
        const { body, done } = await client.openExport(query);
        const reader = body.getReader();
        await reader.read();
        await reader.cancel(reason);
        const rejected = await rejection(done);
        if (reason) assert.strictEqual(rejected, reason);
        else assert.equal(rejected.name, "AbortError");
        assert.ok(await isIdle(fetch));
      }
    });

    test("a signal keeps no listener of an export that is over", async (assert) => {
      const controller = new AbortController();
      const { signal, listeners } = countListeners(controller.signal);
      await readAll((await failingAt(-1).openExport(query, { signal })).body);
      await (await failingAt(-1).openExport(query, { signal })).body.cancel();
      await rejection(failingAt(0).openExport(query, { signal }));
      const failed = await failingAt(100).openExport(query, { signal });
      assert.ok(listeners() > 0, "while it is open");
      await rejection(failed.body.pipeTo(new WritableStream()));
      await sleep(1);
      assert.equal(listeners(), 0);
    });

    test("a rejection of done that nobody handles is not reported", async (assert) => {
      const { uncaught } = context;
      const before = uncaught.length;
      const failed = await failingAt(100).openExport(query);
      await rejection(failed.body.pipeTo(new WritableStream()));
      await (await failingAt(-1).openExport(query)).body.cancel("enough");
      await rejection(failingAt(0).openExport(query));
      const controller = new AbortController();
      await failingAt(-1).openExport(query, { signal: controller.signal });
      controller.abort("enough");
      await sleep(20);
      assert.equal(uncaught.length, before);
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
