import { generateKeyPairSync } from "node:crypto";

/** Typed into the page and sent by the API where errors come from: none of it may be shown with them. */
const NUMBER = "15550190003";
const NAME = "Aunt Personal's very own sender name";

/** Whatever goes wrong is told as text, with nothing secret or personal in it. */
export default function errors(QUnit, { gate, sandbox, startDashboard, open, close }) {
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

    /** An error is shown that says what a reader has to know, and none of what it must not say. */
    async function tells(assert, ...words) {
      const told = await page.alert();
      for (const word of words) assert.ok(told.includes(word), `“${told}” has “${word}”`);
      const secrets = [NUMBER, NAME, sandbox.credentials.key_id, "eyJ", "PRIVATE", "Bearer", "http"];
      for (const secret of secrets) assert.notOk(told.includes(secret), `“${told}” has no ${secret}`);
      assert.notOk(/\d{7}/.test(told), `“${told}” has no long number`);
      assert.ok(await page.page.$("[role=alert]:not([hidden])"), "the error is an alert");
    }

    /** After an error, the same page works on. */
    async function recovers(assert) {
      gate.heal();
      await page.clear();
      assert.strictEqual(await page.alert(), "", "the error is gone");
      assert.deepEqual(await page.wrongFields(), []);
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      assert.strictEqual((await page.rows()).length, 100);
    }

    /** Runs a test against a Worker with other settings. */
    async function withWorker(settings, run) {
      const worker = await startDashboard({
        credentials: JSON.stringify(sandbox.credentials),
        baseUrl: gate.baseUrl,
        ...settings,
      });
      try {
        page.origin = worker.origin;
        await page.load();
        await run();
      } finally {
        await worker.stop();
      }
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

    test("no API where it should be", async (assert) => {
      await withWorker({ baseUrl: "http://127.0.0.1:9/platform_api" }, async () => {
        await tells(assert, "request failed", "Check the connection");
        assert.deepEqual(await page.enabled(), []);
      });
    });

    test("a key that is not the account's", async (assert) => {
      const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      });
      const credentials = JSON.stringify({ ...sandbox.credentials, private_key: privateKey });
      await withWorker({ credentials }, () =>
        tells(assert, "uthorization failed", "did not take the token", "credentials"),
      );
    });

    test("credentials that are not whole", async (assert) => {
      const { private_key, ...rest } = sandbox.credentials;
      await withWorker({ credentials: JSON.stringify(rest) }, () =>
        tells(assert, "/token answered", "lack private_key"),
      );
    });

    test("a Worker that gives this page no token", async (assert) => {
      await withWorker({ pageOrigin: "https://dashboard.example" }, () =>
        tells(assert, "/token answered", "own page alone"),
      );
    });

    test("a Worker without an API", async (assert) => {
      await withWorker({ baseUrl: "platform_api" }, () =>
        tells(assert, "/config answered", "VOXIMPLANT_BASE_URL"),
      );
    });

    test("a Worker that can't be reached", async (assert) => {
      await page.page.setRequestInterception(true);
      page.page.on("request", (request) =>
        request.url().endsWith("/token") ? request.abort("connectionfailed") : request.continue(),
      );
      await page.load();
      await tells(assert, "/token can't be reached");
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
