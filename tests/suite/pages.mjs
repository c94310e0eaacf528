import { accountOf, bodyOf, ROW, rejection, requestDirectly, SECRET, stubFetch } from "./helpers.mjs";

/** Pages read from the sandbox, and their rows as values. */
export default function pages(QUnit, context) {
  const { core, edge, sandbox } = context;
  const { module, test } = QUnit;

  module("pages", () => {
    for (const [build, lib] of [
      ["core", core],
      ["edge", edge],
    ]) {
      test(`${build}: the newest page equals the sandbox's own JSON, field by field`, async (assert) => {
        const token = await (await accountOf(context)).mintToken();
        const client = new lib.SmsHistoryClient({ token, baseUrl: sandbox.url });
        const page = await client.getSmsHistory({ count: 250, offset: 3 });
        const raw = await (await requestDirectly(context, token, { count: 250, offset: 3 })).json();
        assert.equal(page.length, 250);
        assert.equal(page.totalCount, raw.total_count);
        assert.deepEqual(page.toArray(), raw.result.map(expected));
        assert.deepEqual([...page], page.toArray());
      });
    }

    test("rows of pages that are read alternately stay separate", async (assert) => {
      const client = new core.SmsHistoryClient({
        token: await (await accountOf(context)).mintToken(),
        baseUrl: sandbox.url,
      });
      const [one, other] = [
        await client.getSmsHistory({ count: 70 }),
        await client.getSmsHistory({ offset: 70 }),
      ];
      const [rows, otherRows] = [one[Symbol.iterator](), other[Symbol.iterator]()];
      const read = Array.from({ length: 70 }, (_, at) => [
        rows.next().value,
        otherRows.next().value,
        one.at(69 - at),
      ]);
      assert.deepEqual(
        read.map(([row]) => row),
        one.toArray(),
      );
      assert.deepEqual(
        read.map(([, row]) => row),
        other.toArray().slice(0, 70),
      );
      assert.deepEqual(read.map(([, , row]) => row).reverse(), one.toArray());
    });

    test("filters reach the API", async (assert) => {
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const [incoming, outgoing, all] = await Promise.all(
        [{ direction: "in" }, { direction: "OUT" }, {}].map((query) =>
          client.getSmsHistory({ count: 5, ...query }),
        ),
      );
      assert.ok(incoming.toArray().every((row) => row.direction === "in"));
      assert.ok(outgoing.toArray().every((row) => row.direction === "out"));
      assert.equal(incoming.totalCount + outgoing.totalCount, all.totalCount);
    });

    test("a time span and a number select the messages that the sandbox selects", async (assert) => {
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const page = await client.getSmsHistory({ count: 400 });
      const dates = page
        .toArray()
        .flatMap((row) => row.processedDate ?? [])
        .sort((a, b) => a - b);
      const [fromDate, toDate] = [dates.at(50), dates.at(300)];
      const window = await client.getSmsHistory({ fromDate, toDate });
      const oracle = await (
        await fetch(
          `${new URL(sandbox.url).origin}/sandbox/totals?${new URLSearchParams({
            from_date: api(fromDate),
            to_date: api(toDate),
          })}`,
        )
      ).json();
      assert.equal(window.totalCount, oracle.count);
      assert.equal(window.totals.fragments, oracle.fragments);
      assert.equal(Number(window.totals.cost), Number(oracle.cost));
      const number = page.at(0).destinationNumber;
      const filtered = await client.getSmsHistory({ destinationNumber: number });
      assert.ok(filtered.length > 0 && filtered.toArray().every((row) => row.destinationNumber === number));
    });

    test("pages by count and offset cover all messages without gap or overlap", async (assert) => {
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const ids = new Set();
      let total = 1;
      for (let offset = 0; offset < total; offset += 1000) {
        const page = await client.getSmsHistory({ offset });
        total = page.totalCount;
        for (const id of page.column("messageId")) ids.add(id);
      }
      assert.equal(ids.size, total);
    });

    test("concurrent calls of one client return their own pages", async (assert) => {
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const offsets = Array.from({ length: 12 }, (_, at) => at * 10);
      const many = await Promise.all(offsets.map((offset) => client.getSmsHistory({ count: 10, offset })));
      const one = await client.getSmsHistory({ count: 120 });
      assert.deepEqual(
        many.flatMap((page) => page.toArray()),
        one.toArray(),
      );
    });

    test("later pages and rows do not change the texts of a page", async (assert) => {
      // Each text fits into the buffer of the first.
      const texts = [10, 9, 9, 8, 8, 9, 8].map((rows, page) =>
        Array.from({ length: rows }, (_, row) => `text ${row} of page ${page}, привет`),
      );
      let asked = 0;
      const answer = async () => new Response(bodyOf(texts[asked++].map((text) => ({ text }))));
      const client = new core.SmsHistoryClient({ token: SECRET, fetch: answer });
      const pages = [];
      while (pages.length < texts.length) {
        pages.push(await client.getSmsHistory());
        if (pages.length % 3 === 1) pages.at(-1).toArray();
      }
      assert.deepEqual(
        pages.map((page) => page.column("text")),
        texts,
      );
    });

    test("a page without rows is empty", async (assert) => {
      const page = await of(core, []);
      assert.deepEqual(
        [page.length, page.totalCount, page.toArray(), page.at(0), page.at(-1)],
        [0, 0, [], undefined, undefined],
      );
      assert.deepEqual(page.totals, { count: 0, fragments: 0, cost: "0" });
    });
  });

  module("rows", () => {
    test("at() counts from both ends", async (assert) => {
      const page = await of(
        core,
        [1, 2, 3].map((message_id) => ({ message_id })),
      );
      const ids = [0, 2, -1, -3, 1.9, Number.NaN].map((at) => page.at(at)?.messageId);
      assert.deepEqual(ids, [1, 3, 3, 1, 2, 1]);
      assert.deepEqual([page.at(3), page.at(-4)], [undefined, undefined]);
    });

    test("absent and null fields are undefined, unknown fields are ignored, and every key is present", async (assert) => {
      const nulls = Object.fromEntries(Object.keys(ROW).map((name) => [name, null]));
      const body = bodyOf([{}, nulls, { ...ROW, next_year: "?" }]);
      // As text, because JSON.stringify cannot write a number that no double represents.
      const page = await clientOf(core, body.replace('"?"', '{"deep":["x",1e400,{}]}')).getSmsHistory();
      const [absent, nulled, full] = page.toArray();
      assert.deepEqual(Object.values(absent), Array(13).fill(undefined));
      assert.deepEqual(nulled, absent);
      assert.deepEqual(full, expected(ROW));
      assert.deepEqual(Object.keys(absent), Object.keys(full));
    });

    test("unknown values of status and direction are kept in their raw form", async (assert) => {
      const page = await of(core, [
        { status_id: "7", direction: "SIDEWAYS" },
        { status_id: 2, direction: "in" },
      ]);
      const [unknown, known] = page.toArray();
      assert.deepEqual([unknown.status, unknown.statusId], ["unknown", "7"]);
      assert.deepEqual([unknown.direction, unknown.rawDirection], ["unknown", "SIDEWAYS"]);
      assert.deepEqual([known.status, known.statusId], ["error", "2"]);
      assert.deepEqual([known.direction, known.rawDirection], ["in", undefined]);
    });

    test("rows survive structuredClone and JSON", async (assert) => {
      const page = await of(core, [ROW, {}]);
      assert.deepEqual(structuredClone(page.toArray()), page.toArray());
      const json = JSON.parse(JSON.stringify(page));
      assert.deepEqual(json.totals, { count: 2, fragments: 2, cost: "0.0145" });
      assert.equal(json.messages[0].processedDate, "2026-03-08T02:30:15.000Z");
      assert.equal(json.messages[0].text, ROW.text);
    });

    test("rows are new objects at each access, and changing one does not affect others", async (assert) => {
      const page = await of(core, [ROW]);
      page.at(0).processedDate.setFullYear(1999);
      page.at(0).text = "changed";
      assert.deepEqual(page.at(0), expected(ROW));
    });

    test("columns have the values of the rows", async (assert) => {
      const page = await of(core, [ROW, {}, { ...ROW, status_id: "9", direction: "x", cost: "4.3437" }]);
      for (const name of Object.keys(page.at(0))) {
        const fromRows = page
          .toArray()
          .map((row) => (name === "processedDate" ? row[name]?.getTime() : row[name]));
        const column = [...page.column(name)].map((cell) => (Number.isNaN(cell) ? undefined : cell));
        assert.deepEqual(column, fromRows, name);
      }
      assert.ok(page.column("cost") instanceof Float64Array && Array.isArray(page.column("text")));
      assert.throws(
        () => page.column("price"),
        (error) => error.kind === "invalid_options" && /messageId/.test(error.message),
      );
    });

    test("toRows() has the columns in the order that is asked for, times in milliseconds, and exact costs", async (assert) => {
      const costs = [
        "4.3437",
        0.1,
        -0.5,
        "1e-7",
        "0.00000015",
        "12345678901234567890.5",
        "0.1234567890123456789",
      ];
      const exact = ["4.3437", "0.1", "-0.5", "0.0000001", "0.00000015", "12345678901234567890.5"];
      const page = await of(core, [ROW, {}, ...costs.map((cost) => ({ cost }))]);
      assert.deepEqual(page.toRows(["cost"]).slice(2).flat(), [...exact, "0.123456789012345679"]);
      assert.deepEqual(
        page.toRows(["text", "processedDate", "cost", "messageId", "rawDirection"]).slice(0, 2),
        [
          [ROW.text, Date.UTC(2026, 2, 8, 2, 30, 15), "0.0145", ROW.message_id, null],
          [null, null, null, null, null],
        ],
      );
      const random = Array.from({ length: 1000 }, (_, at) => {
        const digits = `${1 + Math.floor(Math.random() * 10 ** (1 + (at % 16)))}5`;
        const scale = at % 19;
        const padded = digits.padStart(scale + 1, "0");
        return scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
      });
      const texts = (
        await of(
          core,
          random.map((cost) => ({ cost })),
        )
      )
        .toRows(["cost"])
        .flat();
      assert.deepEqual(texts, random, "every digit");
      const tiny = await of(core, [{ cost: "1.5e-18" }, { cost: "-1e-19" }]);
      assert.deepEqual(tiny.toRows(["cost"]), [["0.000000000000000002"], ["0"]]);
      const huge = await of(core, [{ cost: 1e22 }]);
      assert.deepEqual(huge.toRows(["cost"]), [["10000000000000000000000"]]);
      for (const [columns, message] of [
        [["text", "price"], "columns[1]: unknown column `price`; known are messageId, "],
        [["sourcenumber"], "columns[0]: unknown column `sourcenumber`; did you mean `sourceNumber`?"],
        [["text", 5], "columns[1]: expected a field name, got a value of type number"],
        ["text", "columns: expected an array of field names"],
        [[], "columns: expected an array of field names"],
        [undefined, "columns: expected an array of field names"],
      ]) {
        assert.throws(
          () => page.toRows(columns),
          (error) => error.kind === "invalid_options" && error.message.startsWith(message),
          message,
        );
      }
    });

    test("an unknown column gets the suggestion that an export has, from another implementation", async (assert) => {
      const page = await of(core, [ROW]);
      const names = [
        "price",
        "cots",
        "COST",
        "date",
        "processed_date",
        "source",
        "id",
        "messageID",
        "err",
        "tx",
      ];
      for (const name of [
        ...names,
        "statusid",
        "raw",
        "number",
        "message",
        "fragment",
        "t",
        "a b",
        "x".repeat(41),
        "id12345",
      ]) {
        const client = new core.SmsHistoryClient({ token: SECRET });
        const { message } = await rejection(client.openExport({}, { columns: [name] }));
        // Their lists of known names have another order.
        const [begin] = message.split("; known are");
        assert.throws(
          () => page.toRows([name]),
          (error) => error.message.split("; known are")[0] === begin,
          begin,
        );
      }
    });

    test("a page is restored from its JSON with its rows, columns, totals and exact costs", async (assert) => {
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const odd = [ROW, {}, { ...ROW, status_id: "9", direction: "x" }, { text: "👋", source_number: "" }];
      const pages = [
        await client.getSmsHistory({ count: 200 }),
        await of(core, [...odd, { cost: "0.1234567890123456789" }]),
        await of(core, [{ cost: 1e22 }]),
        await of(core, []),
      ];
      for (const page of pages) {
        const json = JSON.parse(JSON.stringify(page));
        for (const restored of [
          core.SmsHistoryPage.fromJSON(json),
          core.SmsHistoryPage.fromJSON(page.toJSON()),
        ]) {
          assert.ok(restored instanceof core.SmsHistoryPage);
          assert.deepEqual([...restored], page.toArray());
          assert.deepEqual(restored.at(-1), page.at(-1));
          assert.deepEqual(
            [restored.length, restored.totalCount, restored.totals, restored.cursor, restored.isLast],
            [page.length, page.totalCount, page.totals, page.cursor, page.isLast],
          );
          const names = Object.keys(pages[0].at(0));
          for (const name of names) assert.deepEqual(restored.column(name), page.column(name), name);
          assert.deepEqual(restored.toRows(names), page.toRows(names));
          assert.deepEqual(JSON.parse(JSON.stringify(restored)), json);
        }
      }
    });

    test("a page with a wrong field in its JSON is refused, and the field named", async (assert) => {
      const page = await of(core, [{ ...ROW, cost: "0.1234567890123456789" }]);
      const refusals = [
        [() => 5, "json: expected an object, got a number"],
        [() => undefined, "json: expected an object, got undefined"],
        // A forgotten await, a response, a page or its clone.
        [() => Promise.resolve({}), "json: expected what an awaited json() or page.toJSON() returns"],
        [() => page, "json: expected what an awaited json() or page.toJSON() returns"],
        [(json) => ({ ...json, messages: null }), "messages: expected an array, got null"],
        [
          (json) => ({ ...json, messages: [] }),
          "totals.count: expected the number of messages, got a number",
        ],
        [(json) => ({ ...json, totals: [] }), "totals: expected an object, got an array"],
        [(json) => ({ ...json, totalCount: 1.5 }), "totalCount: expected an integer from 0 to 2^53-1"],
        [(json) => ({ ...json, isLast: 1 }), "isLast: expected a boolean, got a number"],
        [(json) => ({ ...json, cursor: 1 }), "cursor: expected a string, got a number"],
        [
          (json) => ({ ...json, totals: { ...json.totals, cost: 1 } }),
          "totals.cost: expected a decimal string",
        ],
        [
          (json) => ({ ...json, totals: { ...json.totals, fragments: 9 } }),
          "totals.fragments: expected the sum",
        ],
        [(json) => ({ ...json, exactCosts: [[1, "1"]] }), "exactCosts: expected the index of a message"],
        [(json) => ({ ...json, exactCosts: [[0, "0.5"]] }), "exactCosts: expected the cost of its message"],
        [
          (json) => ({ ...json, exactCosts: [[0, 5]] }),
          "exactCosts: expected a decimal string, got a number",
        ],
        [(json) => ({ ...json, exactCosts: [[0, "x"]] }), "exactCosts: expected a decimal string"],
        ...[
          [{ messageId: -1 }, "messageId: expected an integer from 0 to 2^53-1"],
          [{ cost: "0.5" }, "cost: expected a number, got a string"],
          [{ text: 5 }, "text: expected a string, got a number"],
          [{ processedDate: "2026-02-30T00:00:00.000Z" }, "processedDate: expected a date such as "],
          [{ processedDate: 5 }, "processedDate: expected a date such as "],
          [{ processedDate: new Date(Number.NaN) }, "processedDate: expected a date such as "],
          [{ direction: "OUT" }, "direction: expected in, out or unknown, got a string"],
          [{ direction: "unknown" }, "rawDirection: expected the text that belongs to the direction"],
          [{ status: "error" }, "statusId: expected the text that belongs to the status"],
        ].map(([fields, message]) => [
          (json) => ({ ...json, messages: [{ ...json.messages[0], ...fields }] }),
          `messages[0].${message}`,
        ]),
      ];
      for (const [change, message] of refusals) {
        assert.throws(
          () => core.SmsHistoryPage.fromJSON(change(JSON.parse(JSON.stringify(page)))),
          (error) =>
            error instanceof core.SmsHistoryError &&
            error.kind === "invalid_options" &&
            error.message.startsWith(message),
          message,
        );
      }
    });

    test("cost sums are exact decimals", async (assert) => {
      const page = await of(
        core,
        [0.1, 0.2, "0.3", 4.3437, "10"].map((cost) => ({ cost })),
      );
      assert.equal(page.totals.cost, "14.9437");
    });

    test("texts of every script, with byte order marks, escapes and lone surrogates, are read exactly", async (assert) => {
      const texts = ["\ufeffmark", "日本語", "👩‍👩‍👧", "a\u0000b\n", "\\u0041", "é", "עברית", ""];
      const page = await of(
        core,
        texts.map((text, at) => ({ text, source_number: `Ünï${at}` })),
      );
      assert.deepEqual(page.column("text"), texts);
      assert.equal(page.at(-1).sourceNumber, "Ünï7");
      const client = clientOf(core, '{"result":[{"text":"\\ud83d\\udc4b"},{"text":"x\\ud83d"}]}');
      const [pair, half] = (await client.getSmsHistory()).toArray();
      assert.equal(pair.text, "👋");
      assert.equal(half.text, "x\ufffd");
    });
  });
}

const clientOf = (lib, body) => new lib.SmsHistoryClient({ token: SECRET, fetch: stubFetch(body) });
const of = (lib, rows) => clientOf(lib, bodyOf(rows)).getSmsHistory();
const api = (date) => date.toISOString().slice(0, 19).replace("T", " ");

/** Converts an API row to the package's row by simple code. */
function expected(row) {
  const text = (value) => (value === undefined || value === null ? undefined : String(value));
  const number = (value) => (value === undefined || value === null ? undefined : Number(value));
  return {
    messageId: number(row.message_id),
    sourceNumber: text(row.source_number),
    destinationNumber: text(row.destination_number),
    direction: row.direction.toLowerCase(),
    rawDirection: undefined,
    fragments: number(row.fragments),
    cost: number(row.cost),
    status: { 1: "success", 2: "error", 3: "waiting" }[row.status_id],
    statusId: row.status_id,
    errorMessage: text(row.error_message),
    processedDate: row.processed_date ? new Date(`${row.processed_date.replace(" ", "T")}Z`) : undefined,
    transactionId: number(row.transaction_id),
    text: text(row.text),
  };
}
