import { assertAlert, NAME, NUMBER } from "./error-alert.mjs";

/** Errors of queries and of the API. The page shows each as text, without secrets or personal data. */
export default function errors(QUnit, { gate, sandbox, open, close, browser }) {
  const { module, test } = QUnit;

  module(`errors, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
    });
    // The browser logs failed requests.
    hooks.afterEach(async (assert) => {
      gate.clear();
      await close(page, assert, { expected: /^Failed to load resource/ });
    });

    const alerts = (assert, ...words) => assertAlert(assert, page, sandbox, ...words);

    /** Asserts that the page works after an error. */
    async function recovers(assert) {
      gate.clear();
      await page.clear();
      assert.strictEqual(await page.alert(), "", "the error is gone");
      assert.deepEqual(await page.invalidFields(), []);
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
      test(`${what} is refused before a request is sent`, async (assert) => {
        await page.load();
        const asked = gate.requests.length;
        await page.filter(fields);
        await alerts(assert, ...words, "press Show");
        assert.deepEqual(await page.invalidFields(), [wrong]);
        assert.deepEqual(await page.rows(), [], "rows that don't match are gone");
        assert.deepEqual(await page.enabled(), []);
        assert.strictEqual(gate.requests.length, asked, "nothing was sent");
        await recovers(assert);
      });
    }

    test.if(
      "an incomplete date is refused before a request is sent",
      browser === "Chromium",
      async (assert) => {
        await page.load();
        const asked = gate.requests.length;
        await page.page.focus("[name=toDate]");
        await page.page.keyboard.type("0701");
        await page.show();
        await alerts(assert, "“Latest (UTC)”", "not complete");
        assert.deepEqual(await page.invalidFields(), ["toDate"]);
        assert.strictEqual(gate.requests.length, asked, "nothing was sent");
        await recovers(assert);
      },
    );

    test("an error of the API is shown with its code", async (assert) => {
      await page.load();
      await page.filter({ sourceNumber: NAME.replaceAll("'", "") });
      await alerts(assert, "phone number invalid", "121");
      await recovers(assert);
    });

    for (const [what, body, ...words] of [
      ["an internal error of the API", apiError(2, "Internal error"), "error 2", "try again"],
      ["too many requests", apiError(340, "Rate limit"), "rate limit", "Wait a little"],
      ["a missing role", apiError(104, "Forbidden"), "role", "CallsSMS"],
      ["an error that quotes the request", apiError(999, `sms from ${NUMBER} by "${NAME}"`), "999"],
    ]) {
      test(`${what} is shown`, async (assert) => {
        await page.load();
        gate.respond(body);
        await page.filter({ sourceNumber: NUMBER });
        await alerts(assert, ...words);
        assert.deepEqual(await page.invalidFields(), []);
        await recovers(assert);
      });
    }

    test("HTML instead of a page is reported as such", async (assert) => {
      await page.load();
      for (const status of [200, 502]) {
        gate.respond(`<h1>Bad gateway for ${NUMBER}</h1>`, { status, type: "text/html" });
        await page.filter({ sourceNumber: NUMBER });
        await alerts(assert, "HTML");
        assert.strictEqual(await page.page.$("#error h1"), null);
        await recovers(assert);
      }
    });

    test("a temporary failure is retried", async (assert) => {
      await page.load();
      const asked = gate.requests.length;
      gate.truncate(1);
      const said = page.page.waitForFunction(
        () => document.getElementById("status").textContent === "Trying again…",
      );
      await page.next();
      await said;
      assert.strictEqual(await page.alert(), "");
      assert.strictEqual(await page.status(), "Rows 101–200 of 4,321");
      assert.strictEqual(gate.requests.length, asked + 2, "sent again");
    });

    test("a connection that closes within the response is reported", async (assert) => {
      await page.load();
      gate.truncate();
      await page.filter({ sourceNumber: NUMBER });
      await alerts(assert, "expected a response from", "Check the connection");
      await recovers(assert);
    });

    test("after a failed request the rows stay, and the page can be requested again", async (assert) => {
      await page.load();
      const rows = await page.rows();
      gate.truncate();
      await page.next();
      await alerts(assert, "expected a response from");
      assert.deepEqual(await page.rows(), rows);
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      gate.clear();
      await page.next();
      assert.strictEqual(await page.alert(), "");
      assert.strictEqual(await page.status(), "Rows 101–200 of 4,321");
    });

    test.if("a missing network is reported", browser === "Chromium", async (assert) => {
      await page.load();
      await page.page.setOfflineMode(true);
      await page.next();
      await alerts(assert, "expected a response from", "Check the connection");
      await page.page.setOfflineMode(false);
      await recovers(assert);
    });
  });
}

const RANGE = { fromDate: "2025-07-02T00:00", toDate: "2025-07-01T23:59:59" };

function apiError(code, msg) {
  return JSON.stringify({ error: { code, msg } });
}
