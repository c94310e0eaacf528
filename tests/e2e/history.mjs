import { sumOfCosts } from "./oracle.mjs";

const ALL = 4_321;
/** An own number and a sender name from the sandbox's data. */
const OWN_NUMBER = "15550190003";
const NAME = "Info Desk";

/** Rows, paging and filters, compared with the API's response to the same query. */
export default function history(QUnit, { gate, oracle, open, close, browser }) {
  const { module, test } = QUnit;

  module(`history, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.load();
    });
    hooks.afterEach((assert) => close(page, assert));

    /** Asserts that the page sent exactly this query, and shows the API's response. */
    async function shows(assert, query, status) {
      const expected = await oracle.page(query);
      const { to_date, ...asked } = gate.lastQuery;
      const { to_date: wanted = to_date, ...rest } = query;
      assert.deepEqual({ ...asked, to_date }, { ...rest, to_date: wanted }, "the query");
      assert.deepEqual(await page.rows(), expected.cells, "rows");
      assert.strictEqual(await page.status(), status ?? positionOf(query, expected), "place");
      return expected;
    }

    test("loading the page shows the first messages", async (assert) => {
      const { rows } = await shows(assert, { count: "100", offset: "0" }, "Rows 1–100 of 4,321");
      const fragments = rows.reduce((sum, row) => sum + row.fragments, 0);
      assert.strictEqual(
        await page.totals(),
        `This page: 100 messages, ${fragments} fragments, cost ${sumOfCosts(rows)}`,
      );
      assert.deepEqual(await page.enabled(), ["next", "csv"]);
    });

    test("paging reaches the end of the history and its start", async (assert) => {
      await page.filter({ count: "1000" });
      const seen = new Set();
      const end = gate.lastQuery.to_date;
      for (let offset = 0; offset < ALL; offset += 1000) {
        if (offset > 0) await page.next();
        const { rows } = await shows(assert, { count: "1000", offset: String(offset), to_date: end });
        for (const { message_id } of rows) seen.add(message_id);
      }
      assert.strictEqual(seen.size, ALL, "every message was shown");
      assert.deepEqual(await page.enabled(), ["previous", "csv"], "nothing comes after the last page");
      assert.strictEqual(await page.status(), "Rows 4,001–4,321 of 4,321");
      for (let offset = 3000; offset >= 0; offset -= 1000) {
        await page.previous();
        await shows(assert, { count: "1000", offset: String(offset), to_date: end });
      }
      assert.deepEqual(await page.enabled(), ["next", "csv"]);
    });

    test("the page size is applied", async (assert) => {
      for (const count of ["25", "50", "250"]) {
        await page.filter({ count });
        await shows(assert, { count, offset: "0" });
        await page.next();
        await shows(assert, { count, offset: count });
      }
    });

    test("the direction is applied", async (assert) => {
      for (const [direction, word] of [
        ["in", "Received"],
        ["out", "Sent"],
      ]) {
        await page.filter({ direction });
        await shows(assert, { direction: direction.toUpperCase(), count: "100", offset: "0" });
        assert.ok(
          (await page.rows()).every((cells) => cells[1] === word),
          `all are ${word}`,
        );
      }
    });

    test("numbers with plus and separators and sender names are applied", async (assert) => {
      for (const [typed, sent] of [
        ["+1 (555) 019-0003", OWN_NUMBER],
        [`  ${NAME} `, NAME],
      ]) {
        await page.filter({ sourceNumber: typed });
        const { total } = await shows(assert, { source_number: sent, count: "100", offset: "0" });
        assert.ok(total > 100 && total < ALL, "some messages, not all");
      }
      await page.filter({ sourceNumber: "", destinationNumber: OWN_NUMBER });
      const query = { destination_number: OWN_NUMBER, count: "100", offset: "0" };
      const { total } = await shows(assert, query);
      assert.ok(total > 0 && total < ALL, "some messages, not all");
    });

    test("dates are applied to the second, with both ends included", async (assert) => {
      const [newest, ...others] = (await page.rows()).map((cells) => cells[0]).filter((time) => time !== "–");
      const oldest = others.at(-1);
      const field = (time) => time.replace(" ", "T");
      await page.filter({ fromDate: field(oldest), toDate: field(newest) });
      const query = { from_date: oldest, to_date: newest, count: "100", offset: "0" };
      const times = (await shows(assert, query)).rows.map((row) => row.processed_date);
      assert.ok(times.includes(newest) && times.includes(oldest), "the ends");
      assert.ok(times.every((time) => time >= oldest && time <= newest));
      await page.filter({ fromDate: field(newest).slice(0, 16), toDate: "" });
      await shows(assert, { from_date: `${newest.slice(0, 16)}:00`, count: "100", offset: "0" });
    });

    test.if("typed dates are applied", browser === "Chromium", async (assert) => {
      await page.page.focus("[name=fromDate]");
      await page.page.keyboard.type("07012025\t013000PM");
      await page.show();
      await shows(assert, { from_date: "2025-07-01 13:30:00", count: "100", offset: "0" });
    });

    test("several filters apply to all pages and are cleared together", async (assert) => {
      const typed = { sourceNumber: OWN_NUMBER, direction: "out", fromDate: "2025-03-01T00:00", count: "25" };
      await page.filter(typed);
      const query = {
        source_number: OWN_NUMBER,
        direction: "OUT",
        from_date: "2025-03-01 00:00:00",
        count: "25",
      };
      await shows(assert, { ...query, offset: "0" });
      await page.next();
      await page.next();
      await shows(assert, { ...query, offset: "50" });
      await page.clear();
      await shows(assert, { count: "100", offset: "0" });
    });

    test("a query without matches shows an empty table", async (assert) => {
      await page.filter({ sourceNumber: "19990000000" });
      await shows(assert, { source_number: "19990000000", count: "100", offset: "0" }, "No messages match");
      assert.deepEqual(await page.rows(), []);
      assert.deepEqual(await page.enabled(), []);
      assert.strictEqual(await page.totals(), "");
      assert.strictEqual(await page.alert(), "", "that is no error");
    });

    test("without an end date, the time of the first page is the end of all pages", async (assert) => {
      const first = gate.lastQuery.to_date;
      const age = Date.now() - Date.parse(`${first.replace(" ", "T")}Z`);
      assert.ok(age >= 0 && age < 60_000, "now");
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await page.next();
      assert.strictEqual(gate.lastQuery.to_date, first, "the next page ends there as well");
      await page.show();
      assert.ok(gate.lastQuery.to_date > first, "a new query ends later");
    });

    test.if("times are UTC in every time zone", browser === "Chromium", async (assert) => {
      for (const zone of ["America/New_York", "Asia/Tokyo"]) {
        await page.page.emulateTimezone(zone);
        await page.load();
        await shows(assert, { count: "100", offset: "0" });
        const written = await page.page.$$eval("time", (times) =>
          times.map((time) => [time.dateTime, time.textContent]),
        );
        assert.ok(written.length > 90);
        assert.ok(written.every(([machine, text]) => machine === `${text.replace(" ", "T")}.000Z`));
      }
    });

    test("a new filter aborts the pending request, and its late response is not shown", async (assert) => {
      const { held, release } = gate.holdNext();
      await page.fill({ direction: "in" });
      await held;
      await page.filter({ direction: "out" });
      release();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await shows(assert, { direction: "OUT", count: "100", offset: "0" });
      assert.strictEqual(await page.alert(), "");
    });

    test("a query that is submitted while a page loads aborts the pending request", async (assert) => {
      const { held, release } = gate.holdNext();
      await page.page.click("#next");
      await held;
      await page.show();
      release();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await shows(assert, { count: "100", offset: "0" }, "Rows 1–100 of 4,321");
    });

    test("while a page loads, the status says so and the buttons are disabled", async (assert) => {
      const { held, release } = gate.holdNext();
      await page.page.click("#next");
      await held;
      assert.strictEqual(await page.status(), "Loading…");
      assert.deepEqual(await page.enabled(), []);
      const asked = gate.requests.length;
      await page.page.click("#next");
      await page.page.click("#previous");
      release();
      await page.idle();
      assert.strictEqual(gate.requests.length, asked, "presses while loading are ignored");
      await shows(assert, { count: "100", offset: "100" }, "Rows 101–200 of 4,321");
    });
  });
}

const WHOLE = new Intl.NumberFormat("en");

function positionOf({ offset }, { rows, total }) {
  const first = Number(offset) + 1;
  const last = Number(offset) + rows.length;
  return `Rows ${[first, last].map((place) => WHOLE.format(place)).join("–")} of ${WHOLE.format(total)}`;
}
