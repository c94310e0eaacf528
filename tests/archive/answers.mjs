// Compares the answers of the archive with answers computed from all messages, and checks its routes.
import assert from "node:assert/strict";
import { clientOf } from "../soak/lib/client.mjs";
import { check } from "../soak/lib/scenario.mjs";

const DAY_MS = 86_400_000;
const SPAN = { fromDate: "2015-01-01T00:00:00Z", toDate: "2030-01-01T00:00:00Z" };
/** A word with so many hits that a search does not sort all of them. */
const COMMON_WORD = "your";
const COMMON_HITS = 2_000;
/** What the roles see differently. */
const PERSONAL = new Set(["sourceNumber", "destinationNumber", "sender", "errorMessage", "text"]);
const STATUS_OF = (message) => message.status ?? "unknown";
const decimal = (cost) => Number(Number(cost).toFixed(6));

/** Reads every message from the API, newest first. A message without a date gets the start of its day's window. */
async function readAll(deployment, sandbox) {
  const client = await clientOf(sandbox);
  const messages = [];
  for await (const message of client.messages()) messages.push(message);
  const at = new Map((await allRows(deployment)).map(({ message_id: id, at }) => [id, at]));
  return messages
    .map((message) => ({ ...message, at: at.get(message.messageId) }))
    .sort((a, b) => b.at - a.at || b.messageId - a.messageId);
}

async function allRows(deployment) {
  const rows = [];
  for (let after = 0; ; after = rows.at(-1).message_id) {
    const sql = "SELECT message_id, at FROM message WHERE message_id > ? ORDER BY message_id LIMIT 50000";
    const part = await deployment.sql(sql, after);
    if (part.length === 0) return rows;
    rows.push(...part);
  }
}

/** Keeps the results of a function of one argument. */
function memoized(work) {
  const results = new Map();
  return (argument) => {
    if (!results.has(argument)) results.set(argument, work(argument));
    return results.get(argument);
  };
}

/** The words of a message, as the index has them. */
const wordsOf = memoized(({ text, sourceNumber, destinationNumber, errorMessage }) =>
  [text, sourceNumber, destinationNumber, errorMessage]
    .join("\n")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{Co}]+/u),
);

/** Returns whether a message matches a filter. */
function matcher(filter) {
  const { sourceNumber, destinationNumber, party, direction, status, errorCode, text } = filter;
  const [from, last] = [Date.parse(filter.fromDate), Date.parse(filter.toDate)];
  const to = Math.floor(last / 1000) * 1000 + 999;
  const number = /^[+\d\s().-]+$/.test(text) && text.replace(/\D/g, "");
  const wanted = number
    ? [number]
    : (text?.toLowerCase().match(/[\p{L}\p{N}*]+/gu) ?? [text].filter(Boolean));
  const codeOf = ({ errorMessage }) => /code\s*=\s*(\d+)\W*$/i.exec(errorMessage ?? "")?.[1] ?? "none";
  return (message) =>
    message.at >= from &&
    message.at <= to &&
    (sourceNumber === undefined || message.sourceNumber === sourceNumber) &&
    (destinationNumber === undefined || message.destinationNumber === destinationNumber) &&
    (party === undefined || message.sourceNumber === party || message.destinationNumber === party) &&
    (direction === undefined || message.direction === direction) &&
    (status === undefined || STATUS_OF(message) === status) &&
    (errorCode === undefined || (message.status === "error" && codeOf(message) === String(errorCode))) &&
    wanted.every((word) =>
      word.endsWith("*")
        ? wordsOf(message).some((own) => own.startsWith(word.slice(0, -1)))
        : wordsOf(message).includes(word),
    );
}

function filtersOf(messages) {
  const [newest, other] = [messages[10], messages[700]];
  const middle = {
    fromDate: new Date(messages.at(-1).at + 9 * DAY_MS).toISOString(),
    toDate: new Date(messages[800].at).toISOString(),
  };
  const single = [
    {},
    { direction: "in" },
    { direction: "out" },
    ...["success", "error", "waiting", "unknown"].map((status) => ({ status })),
    { sourceNumber: newest.sourceNumber },
    { destinationNumber: newest.destinationNumber },
    { party: other.destinationNumber },
    { party: newest.sourceNumber },
    { sourceNumber: other.sourceNumber, destinationNumber: other.destinationNumber },
    { party: other.sourceNumber, status: "error" },
    { errorCode: 7 },
    { errorCode: "none" },
    { text: "invoice" },
    { text: "appointment friday" },
    { text: "заказ" },
    { text: "app*", direction: "out" },
    { text: "office", party: other.destinationNumber },
    { text: newest.destinationNumber },
    { text: `+${other.destinationNumber.replace(/(...)(...)/, "$1 ($2) ")}` },
    { text: `${other.destinationNumber} error` },
    { text: "info desk" },
    { text: "code = 7" },
    { text: "nosuchword" },
    { text: COMMON_WORD },
    { text: COMMON_WORD, status: "error" },
    { text: COMMON_WORD, party: newest.sourceNumber },
    { text: "?!" },
    { text: '" OR code:* NEAR(' },
    { text: "invoice\0\u202eyour" },
    { toDate: new Date(other.at - 500).toISOString() },
  ];
  return single.flatMap((filter) => [
    { ...SPAN, ...filter },
    { ...middle, ...filter },
  ]);
}

export async function testAnswers(deployment, sandbox) {
  const messages = await readAll(deployment, sandbox);
  const filters = filtersOf(messages);
  const found = (filter) => messages.filter(matcher(filter));
  assert.ok(found({ ...SPAN, text: COMMON_WORD }).length > COMMON_HITS);

  await check("lists by every filter have the right messages, with pages and offsets", async () => {
    let rows = 0;
    for (const filter of filters) {
      const expected = found(filter).map(({ messageId }) => messageId);
      const read = [];
      for (let before; read.length < 250; ) {
        const { messages: page, next } = await deployment.answer("messages", { filter, limit: 100, before });
        read.push(...page.map(({ messageId }) => messageId));
        if (!next) break;
        before = next;
      }
      assert.deepEqual(read, expected.slice(0, read.length), JSON.stringify(filter));
      assert.equal(read.length >= Math.min(250, expected.length), true, JSON.stringify(filter));
      const offset = Math.floor(expected.length / 2);
      const half = await deployment.answer("messages", { filter, limit: 50, offset });
      assert.deepEqual(
        half.messages.map(({ messageId }) => messageId),
        expected.slice(offset, offset + 50),
      );
      assert.deepEqual(
        await deployment.answer("count", { filter }),
        { count: expected.length },
        JSON.stringify(filter),
      );
      rows += read.length;
    }
    return `${filters.length} filters, ${rows} messages`;
  });

  await check("numbers may be written in other forms, and spans may be longer than all time", async () => {
    const number = messages[10].destinationNumber;
    const count = async (more) => (await deployment.answer("count", { filter: { ...SPAN, ...more } })).count;
    const own = await count({ party: number });
    assert.ok(own > 0);
    const dashed = number.replace(/(...)(...)/, "$1\u2011$2\u2013");
    for (const party of [`\u202a+${dashed}\u202c`, ` (${number}) `, `+\u00a0${number}`])
      assert.equal(await count({ party }), own, JSON.stringify(party));
    assert.ok((await count({ text: `\u202a+${dashed}\u202c` })) > 0);
    const filter = { fromDate: "0001-01-01T00:00:00+01:00", toDate: "2030-01-01T00:00:00Z" };
    assert.equal(await count(filter), messages.length);
    const { buckets } = await deployment.answer("sums", { filter, unit: "month", timeZone: "Asia/Tokyo" });
    assert.equal(buckets[0].label, "1970-01");
    assert.equal(total(buckets.flatMap(({ sums }) => sums))[0], messages.length);
    const before = { fromDate: "1969-01-01T00:00:00Z", toDate: "1969-12-31T00:00:00Z" };
    assert.equal(await count(before), 0);
    const failed = { by: "errorCodes", filter: { ...SPAN, status: "success" } };
    assert.deepEqual(await deployment.answer("top", failed), { entries: [] });
    return `${own} messages of a number`;
  });

  await check("every field of a message is that of the API", async () => {
    const { messages: page } = await deployment.answer("messages", { filter: SPAN, limit: 1000 });
    const expected = messages.slice(0, 1000).map(({ at, ...message }) => message);
    assert.deepEqual(page, JSON.parse(JSON.stringify(expected)));
    const { message, goneAt } = await deployment.answer("message", { id: page[3].messageId });
    assert.deepEqual([message, goneAt], [page[3], null]);
    assert.equal((await deployment.ask("message", { id: 1 })).status, 404);
    return "1,000 messages";
  });

  await check("sums by hour, day and month, in several zones, equal those of the messages", async () => {
    let compared = 0;
    const zones = ["UTC", "America/New_York", "Asia/Kathmandu"];
    const spans = [
      filters[0],
      filters[1],
      { fromDate: "2025-10-20T05:17:11Z", toDate: "2025-11-05T12:00:00Z" },
    ];
    for (const [index, filter] of [
      ...spans,
      filters[3],
      { ...SPAN, sourceNumber: messages[10].sourceNumber },
    ].entries()) {
      for (const timeZone of zones) {
        for (const unit of index === 2 ? ["hour", "day"] : ["day", "month"]) {
          const span = {
            ...filter,
            fromDate: index === 2 ? filter.fromDate : "2025-09-01T00:00:00Z",
            toDate: "2026-01-02T00:00:00Z",
          };
          const { buckets } = await deployment.answer("sums", { filter: span, unit, timeZone });
          const shown = buckets
            .filter(({ sums }) => sums.length > 0)
            .map(({ label, start, sums }) => [label, Date.parse(start), total(sums)]);
          assert.deepEqual(
            merged(shown),
            expectedSums(found(span), unit, timeZone),
            `${unit} ${timeZone} ${index}`,
          );
          compared += shown.length;
        }
      }
    }
    return `${compared} buckets`;
  });

  await check(
    "top senders, recipients and error codes, and the delivery rate, are those of the messages",
    async () => {
      for (const filter of [
        filters[0],
        filters[1],
        { ...SPAN, direction: "in" },
        { ...SPAN, status: "error" },
        { ...SPAN, text: "invoice" },
      ]) {
        const own = found(filter);
        const directed = own.filter(({ direction }) => direction === (filter.direction ?? "out"));
        for (const [by, field] of [
          ["senders", "sourceNumber"],
          ["recipients", "destinationNumber"],
        ]) {
          const { entries } = await deployment.answer("top", { filter, by, limit: 12 });
          const expected = topOf(directed, field);
          assert.deepEqual(
            entries.map(({ value, count, cost }) => [value, count, decimal(cost)]),
            expected.slice(0, 12),
            by,
          );
          for (const { different } of entries) assert.equal(different, expected.length, by);
        }
        const { entries } = await deployment.answer("top", { filter, by: "errorCodes", limit: 100 });
        const failed = own.filter(({ status }) => status === "error");
        assert.equal(
          entries.reduce((sum, { count }) => sum + count, 0),
          failed.length,
        );
        for (const { code, count, example } of entries) {
          const same = failed.filter(({ errorMessage = null }) => {
            const own = /code = (\d+)/.exec(errorMessage ?? "")?.[1];
            return code === null
              ? own === undefined && (errorMessage === null) === (example === null)
              : own === String(code);
          });
          assert.equal(count, same.length, `code ${code}`);
        }
        const { deliveryRate } = await deployment.answer("sums", { filter, unit: "month" });
        const final = (status) => own.filter((m) => m.direction === "out" && m.status === status).length;
        const [delivered, lost] = [final("success"), final("error")];
        assert.equal(deliveryRate, delivered + lost === 0 ? null : delivered / (delivered + lost));
      }
      // A number that is empty is none, as in the sums of a day.
      const { messageId, sourceNumber } = found({ ...SPAN, direction: "in" })[0];
      const set = (number) =>
        deployment.sql("UPDATE message SET source = ? WHERE message_id = ?", number, messageId);
      await set("");
      const received = { filter: { ...SPAN, direction: "in" }, by: "senders", limit: 1000 };
      const { entries } = await deployment.answer("top", received);
      await set(sourceNumber);
      assert.ok(entries.every(({ value }) => value !== ""));
      return "5 filters";
    },
  );

  await check("exports are streams that equal those of the API, and end with their trailer", async () => {
    const client = await clientOf(sandbox);
    // Whole days: messages without a date count to the start of theirs.
    const dayOf = (time) => Math.floor(time / DAY_MS) * DAY_MS;
    const last = new Date(dayOf(messages[0].at) + DAY_MS - 1000);
    const span = { fromDate: new Date(dayOf(messages[3000].at)), toDate: last };
    for (const options of [{ format: "csv", delimiter: ";", byteOrderMark: true }, { format: "ndjson" }]) {
      const filter = { ...JSON.parse(JSON.stringify(span)), direction: "out" };
      const response = await deployment.ask("export", { filter, ...options });
      const { body, type } = await client.openExport(
        { ...span, direction: "out" },
        { ...options, trailer: true },
      );
      assert.equal(response.headers.get("content-type"), type);
      const lines = (text) => text.split("\n").sort();
      assert.deepEqual(lines(await response.text()), lines(await new Response(body).text()));
    }
    const file = await deployment.ask("export", { filter: { ...SPAN, text: "invoice" }, format: "ndjson" });
    const rows = (await file.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const expected = found({ ...SPAN, text: "invoice" });
    assert.deepEqual(rows.at(-1), { complete: true, rows: expected.length });
    return "CSV and NDJSON";
  });

  await check("an export of too many messages is refused before it begins", async () => {
    // The sums of a day before the first message, which the count takes.
    const day = Math.floor(Date.parse(SPAN.fromDate) / DAY_MS);
    const store = "INSERT INTO day (day, direction, status, source, count, fragments, cost)";
    const limit = 200_000;
    const extra = (count) => deployment.sql(`${store} VALUES (?, 'out', 1, 'x', ?, 0, 0)`, day, count);
    const remove = () => deployment.sql("DELETE FROM day WHERE source = 'x'");
    await extra(limit - messages.length);
    const { body, status } = await deployment.ask("export", { filter: SPAN });
    await body.cancel();
    assert.equal(status, 200, "as many messages as are allowed");
    await remove();
    await extra(limit - messages.length + 1);
    const refused = await deployment.ask("export", { filter: SPAN });
    const { error } = await refused.json();
    await remove();
    assert.deepEqual([refused.status, error.field], [400, "filter"]);
    assert.match(error.msg, /^filter: expected at most 200000 messages .*, got 200001; .*span/);
    return error.msg;
  });

  await check("bad input gives HTTP 400 with the name of the field", async () => {
    const cases = [
      ["messages", {}, "filter"],
      ["messages", { filter: { ...SPAN, toDate: "yesterday" } }, "filter.toDate"],
      ["messages", { filter: { fromDate: SPAN.toDate, toDate: SPAN.fromDate } }, "filter.toDate"],
      ["messages", { filter: { ...SPAN, toDate: "2029-02-30T00:00:00Z" } }, "filter.toDate"],
      ["messages", { filter: { ...SPAN, party: "\u202a+ ()" } }, "filter.party"],
      ["messages", { filter: "all" }, "filter", "an object"],
      ["messages", "all", "body", "an object"],
      ["messages", { filter: SPAN, before: 5 }, "before", "an object"],
      ["messages", { filter: { ...SPAN, status: "lost" } }, "filter.status"],
      ["messages", { filter: { ...SPAN, sql: "1" } }, "filter.sql", "no such field"],
      ["messages", { filter: SPAN, limit: 1001 }, "limit"],
      ["messages", { filter: SPAN, before: { at: "1", id: 2 } }, "before.at"],
      ["sums", { filter: SPAN, unit: "week" }, "unit"],
      ["sums", { filter: SPAN, unit: "hour" }, "unit"],
      ["sums", { filter: SPAN, unit: "day", timeZone: "Mars/Base" }, "timeZone"],
      ["top", { filter: SPAN, by: "texts" }, "by"],
      ["message", { id: 1.5 }, "id"],
      ["export", { filter: SPAN, delimiter: "|" }, "delimiter"],
      ["forget", {}, "number"],
      ["forget", { number: "+" }, "number"],
      ["sync", { tasks: ["all"] }, "tasks.0"],
    ];
    for (const [route, body, field, expected = ""] of cases) {
      const response = await deployment.ask(route, body);
      const { error } = await response.json();
      assert.deepEqual(
        [response.status, error.field],
        [400, field],
        `${route} ${JSON.stringify(body)}: ${JSON.stringify(error)}`,
      );
      assert.ok(error.msg.startsWith(`${field}: expected ${expected}`), error.msg);
      assert.doesNotMatch(error.msg, /lost|Mars|yesterday|week/);
    }
    return `${cases.length} bodies`;
  });

  await check("only the page's own requests are answered, and only for readers", async () => {
    const body = { filter: SPAN };
    const status = async (route, value, options) => (await deployment.ask(route, value, options)).status;
    assert.equal(await status("messages", body, { role: "nobody" }), 401);
    assert.equal(await status("freshness", undefined, { role: "nobody" }), 401);
    assert.equal(await status("messages", body, { headers: { "Sec-Fetch-Site": "cross-site" } }), 403);
    assert.equal(await status("messages", body, { headers: { "Content-Type": "text/plain" } }), 415);
    assert.equal(await status("messages", undefined), 405);
    assert.equal(await status("constructor", body), 404);
    return "6 requests";
  });

  await check("a masked reader gets no text and no full number", async () => {
    const masked = { role: "masked" };
    const numbers = new Set(
      messages.flatMap((m) => [m.sourceNumber, m.destinationNumber]).filter((n) => /^\d+$/.test(n)),
    );
    const responses = [
      await deployment.ask("messages", { filter: SPAN, limit: 1000 }, masked),
      await deployment.ask(
        "message",
        { id: messages.find(({ status }) => status === "error").messageId },
        masked,
      ),
      await deployment.ask("sums", { filter: SPAN, unit: "month", bySender: true }, masked),
      await deployment.ask("top", { filter: SPAN, by: "senders" }, masked),
      await deployment.ask("top", { filter: SPAN, by: "recipients" }, masked),
      await deployment.ask("top", { filter: SPAN, by: "errorCodes" }, masked),
      await deployment.ask("export", { filter: SPAN }, masked),
      await deployment.ask("export", { filter: SPAN, format: "ndjson" }, masked),
    ];
    for (const response of responses) {
      assert.equal(response.status, 200);
      const text = await response.text();
      for (const number of text.match(/\d{11}/g) ?? []) assert.equal(numbers.has(number), false);
      assert.doesNotMatch(text, /invoice|warehouse|заказ/i);
    }
    // Everything else is the same for both roles.
    for (const [route, body] of [
      ["messages", { filter: SPAN, limit: 1000 }],
      ["sums", { filter: SPAN, unit: "month", bySender: true }],
    ]) {
      const impersonal = async (role) => {
        const answer = JSON.stringify(await deployment.answer(route, body, role));
        return JSON.parse(answer, (name, value) => (PERSONAL.has(name) ? undefined : value));
      };
      assert.deepEqual(await impersonal(masked), await impersonal(), route);
    }
    const { entries } = await deployment.answer("top", { filter: SPAN, by: "recipients", limit: 1 }, masked);
    const { entries: full } = await deployment.answer("top", { filter: SPAN, by: "recipients", limit: 1 });
    const filter = { ...SPAN, destinationNumber: entries[0].value, direction: "out" };
    assert.deepEqual(await deployment.answer("count", { filter }, masked), { count: full[0].count });
    const refused = [
      ["messages", { filter: { ...SPAN, text: "invoice" } }],
      ["messages", { filter: { ...SPAN, party: full[0].value } }],
      ["sync", {}],
      ["forget", { number: full[0].value }],
    ];
    for (const [route, body] of refused)
      assert.equal((await deployment.ask(route, body, masked)).status, 403, route);
    return `${responses.length} responses`;
  });

  await check("the page and its freshness are answered in time while the database is not", async () => {
    const page = await deployment.call("stalled", { path: "/" });
    assert.deepEqual([page.status, page.waits.includes(5_000)], [200, true]);
    assert.match(page.text, /"isArchiveFailing":true/);
    const freshness = await deployment.call("stalled", { path: "/archive/freshness" });
    assert.deepEqual([freshness.status, freshness.waits.includes(20_000)], [503, true]);
    assert.match(freshness.text, /the database did not answer in time; try again/);
    return "after 5 and 20 s";
  });

  await check("the page names a wrong setting of the archive", async () => {
    const { ARCHIVE_FROM } = deployment.bindings;
    const messages = [];
    for (const [name, value, right] of [
      ["ARCHIVE_KEEP_DAYS", "a year", ""],
      ["ARCHIVE_FROM", "2024-02-30", ARCHIVE_FROM],
      ["ARCHIVE_FROM", "2024-01-31T10:00", ARCHIVE_FROM],
    ]) {
      await deployment.set({ [name]: value });
      const { status, text } = await deployment.call("stalled", { path: "/" });
      await deployment.set({ [name]: right });
      assert.equal(status, 500, value);
      const { reason, msg } = JSON.parse(text).error;
      assert.equal(reason, "settings");
      assert.ok(msg.startsWith(`${name}: expected`), msg);
      messages.push(msg);
    }
    return messages[0];
  });
}

const total = (sums) => {
  const count = sums.reduce((sum, part) => sum + part.count, 0);
  const fragments = sums.reduce((sum, part) => sum + part.fragments, 0);
  return [count, fragments, decimal(sums.reduce((sum, part) => sum + Number(part.cost), 0))];
};

const merged = (buckets) => buckets.map(([label, , sums]) => [label, ...sums]);

/** The local time and the offset of a moment, by time zone. */
const localTimes = memoized((timeZone) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const offset = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  return memoized((at) => [format.format(at).replace(" ", "T"), offset.format(at).split("GMT")[1]]);
});

/** Sums of messages by local time, in the order of time. */
function expectedSums(messages, unit, timeZone) {
  const length = { month: 7, day: 10, hour: 13 }[unit];
  const groups = new Map();
  for (const message of messages.toReversed()) {
    const [local, offset] = localTimes(timeZone)(message.at);
    const label = local.slice(0, length);
    // The hour that is repeated is two buckets.
    const key = unit === "hour" ? `${label} ${offset}` : label;
    const group = groups.get(key);
    if (group) group.push(message);
    else groups.set(key, [message]);
  }
  return [...groups].map(([key, group]) => [
    key.split(" ")[0],
    group.length,
    group.reduce((sum, { fragments }) => sum + fragments, 0),
    decimal(group.reduce((sum, { cost }) => sum + cost, 0)),
  ]);
}

function topOf(messages, field) {
  const groups = new Map();
  for (const message of messages) {
    const [count = 0, cost = 0] = groups.get(message[field]) ?? [];
    groups.set(message[field], [count + 1, cost + message.cost]);
  }
  return [...groups]
    .map(([value, [count, cost]]) => [value, count, decimal(cost)])
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
