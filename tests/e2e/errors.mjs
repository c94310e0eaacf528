import { NAME, NUMBER, tells as told } from "./tells.mjs";

/** Whatever goes wrong with a query or with the API is told as text, with nothing secret or personal in it. */
export default function errors(QUnit, { gate, sandbox, open, close }) {
  const { module, test } = QUnit;

  module("errors", (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
    });
    // The browser itself logs what could not be loaded.
    hooks.afterEach(async (assert) => {
      gate.heal();
      await close(page, assert, { expected: /^Failed to load resource/ });
    });

    const tells = (assert, ...words) => told(assert, page, sandbox, ...words);

    /** After an error, the same page works on. */
    async function recovers(assert) {
      gate.heal();
      await page.clear();
      assert.strictEqual(await page.alert(), "", "the error is gone");
      assert.deepEqual(await page.wrongFields(), []);
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      assert.strictEqual((await page.rows()).length, 100);
    }

    for (const [what, fields, wrong, ...words] of [
      ["too short a number", { sourceNumber: "12" }, "sourceNumber", "“From”", "2 digits", "3 to 20"],
      [
        "too long a number",
        { destinationNumber: NUMBER.repeat(2) },
        "destinationNumber",
        "“To”",
        "22 digits",
      ],
      ["a date range that ends before it begins", RANGE, "fromDate", "“Earliest (UTC)”", "“Latest (UTC)”"],
      ["a year before 1970", { fromDate: "1492-10-12T00:00" }, "fromDate", "1970 to 9999"],
    ]) {
      test(what, async (assert) => {
        await page.load();
        const asked = gate.requests.length;
        await page.filter(fields);
        await tells(assert, ...words, "press Show");
        assert.deepEqual(await page.wrongFields(), [wrong]);
        assert.deepEqual(await page.rows(), [], "rows that don't match are gone");
        assert.deepEqual(await page.enabled(), []);
        assert.strictEqual(gate.requests.length, asked, "nothing was sent");
        await recovers(assert);
      });
    }

    test("a date of which a part is missing", async (assert) => {
      await page.load();
      const asked = gate.requests.length;
      await page.page.focus("[name=toDate]");
      await page.page.keyboard.type("0701");
      await page.show();
      await tells(assert, "“Latest (UTC)”", "not complete");
      assert.deepEqual(await page.wrongFields(), ["toDate"]);
      assert.strictEqual(gate.requests.length, asked, "nothing was sent");
      await recovers(assert);
    });

    test("what the API itself refuses", async (assert) => {
      await page.load();
      await page.filter({ sourceNumber: NAME.replaceAll("'", "") });
      await tells(assert, "phone number invalid", "121");
      await recovers(assert);
    });

    for (const [what, body, ...words] of [
      ["the API's own failure", apiError(2, "Internal error"), "error 2", "try again"],
      ["too many requests", apiError(340, "Rate limit"), "rate limit", "Wait a little"],
      ["a missing role", apiError(104, "Forbidden"), "role", "CallsSMS"],
      ["an error that quotes the request", apiError(999, `sms from ${NUMBER} by "${NAME}"`), "999"],
    ]) {
      test(what, async (assert) => {
        await page.load();
        gate.answer(body);
        await page.filter({ sourceNumber: NUMBER });
        await tells(assert, ...words);
        assert.deepEqual(await page.wrongFields(), []);
        await recovers(assert);
      });
    }

    test("HTML in place of the history", async (assert) => {
      await page.load();
      for (const status of [200, 502]) {
        gate.answer(`<h1>Bad gateway for ${NUMBER}</h1>`, { status, type: "text/html" });
        await page.filter({ sourceNumber: NUMBER });
        await tells(assert, "HTML");
        assert.strictEqual(await page.page.$("#error h1"), null);
        await recovers(assert);
      }
    });

    test("a failure that passes is waited for", async (assert) => {
      await page.load();
      const asked = gate.requests.length;
      gate.drop(1);
      const said = page.page.waitForFunction(
        () => document.getElementById("status").textContent === "Trying again…",
      );
      await page.next();
      await said;
      assert.strictEqual(await page.alert(), "");
      assert.strictEqual(await page.status(), "Rows 101–200 of 4,321");
      assert.strictEqual(gate.requests.length, asked + 2, "sent twice");
    });

    test("a connection that breaks", async (assert) => {
      await page.load();
      gate.drop();
      await page.filter({ sourceNumber: NUMBER });
      await tells(assert, "request failed", "Check the connection");
      await recovers(assert);
    });

    test("a page that can't be read leaves the one before, and can be asked for again", async (assert) => {
      await page.load();
      const rows = await page.rows();
      gate.drop();
      await page.next();
      await tells(assert, "request failed");
      assert.deepEqual(await page.rows(), rows);
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      gate.heal();
      await page.next();
      assert.strictEqual(await page.alert(), "");
      assert.strictEqual(await page.status(), "Rows 101–200 of 4,321");
    });

    test("no network", async (assert) => {
      await page.load();
      await page.page.setOfflineMode(true);
      await page.next();
      await tells(assert, "request failed", "Check the connection");
      await page.page.setOfflineMode(false);
      await recovers(assert);
    });
  });
}

const RANGE = { fromDate: "2025-07-02T00:00", toDate: "2025-07-01T23:59:59" };

function apiError(code, msg) {
  return JSON.stringify({ error: { code, msg } });
}
