/** A reader without texts and full numbers: nothing that reaches the browser has any. */
import { rawRequest } from "./raw-request.mjs";

const ALL = { from: "2025-12-20", to: "2025-12-31", zone: "UTC" };
/** The numbers of the sandbox's data. */
const FULL_NUMBER = /(?<!\d)(1555\d{7}|7000\d{7})(?!\d)/;
/** Words of the sandbox's texts, which are in no other part of a response. */
const TEXT = /Your code is|warehouse|Reminder|Ваш код|Order \d|ticket \d/;

export default function roles(QUnit, { oracle, dashboard, open, close }) {
  const { module, test } = QUnit;
  const { origin } = dashboard;

  module("roles", () => {
    const post = (body) =>
      rawRequest(
        origin,
        "POST",
        "/sms/GetSmsHistory",
        { Cookie: "demo-role=masked", Origin: origin, "Content-Type": "application/x-www-form-urlencoded" },
        body,
      );

    test("no response to a masked reader has a text or a full number, exports included", async (assert) => {
      const page = await open();
      page.keepBodies();
      await page.signIn("masked");
      await page.load(ALL);
      await page.sees("compared with");
      await page.press("[aria-label='Top recipients'] tbody button");
      await page.load({ ...ALL, view: "costs" });
      await page.load({ ...ALL, view: "messages", status: "error" });
      const failed = (await oracle.rows({ direction: "OUT" })).find(({ status_id }) => status_id === "2");
      await page.search(String(failed.message_id));
      const answer = await page.page.$eval(".by-id", ({ textContent }) => textContent);
      assert.ok(answer.startsWith(`Message id ${failed.message_id}: `), answer);
      await page.page.click("[data-index='0'] .time button");
      await page.page.waitForSelector("dialog .details");
      await page.page.click("dialog .buttons button:last-child");
      await page.idle();
      await page.page.waitForFunction(() =>
        /found, searched/.test(document.querySelector(".count")?.textContent),
      );
      await page.pressText("Export messages…", ".actions");
      await page.page.waitForSelector("dialog .export");
      await page.page.click("dialog .primary");
      await page.sees("The file is saved.");
      const file = (await page.downloads.next()).bytes.toString("utf8");
      const all = await page.bodies();
      const bodies = all
        .filter(({ path }) => path.startsWith("/sms/"))
        .map(({ bytes }) => bytes.toString("utf8"));
      assert.ok(bodies.length > 10, `${bodies.length} responses of the relay`);
      const seen = [...bodies, file, await page.page.evaluate(() => document.body.innerText)];
      for (const body of seen) {
        // Ids have other lengths than numbers.
        const found = FULL_NUMBER.exec(body) ?? TEXT.exec(body);
        assert.strictEqual(found, null, `${found?.[0].slice(0, 4)}…`);
      }
      assert.ok(
        bodies.some((body) => body.includes('"error_message"') && /code = \d/.test(body)),
        "error codes stay",
      );
      await close(page, assert);
    });

    test("ids, costs, dates and statuses are exact, and equal numbers look equal", async (assert) => {
      const query = { count: "500", to_date: "2025-12-31 23:59:59" };
      const masked = JSON.parse((await post(new URLSearchParams(query).toString())).body);
      const rows = (await oracle.rows({ to_date: query.to_date })).slice(0, 500);
      const pairs = new Map();
      for (const [index, row] of rows.entries()) {
        const shown = masked.result[index];
        for (const name of [
          "message_id",
          "cost",
          "fragments",
          "status_id",
          "direction",
          "processed_date",
          "transaction_id",
        ])
          assert.deepEqual(shown[name], row[name], name);
        for (const name of ["source_number", "destination_number"]) {
          const known = pairs.get(String(row[name])) ?? shown[name];
          assert.strictEqual(shown[name], known);
          pairs.set(String(row[name]), shown[name]);
        }
      }
      assert.strictEqual(new Set(pairs.values()).size, pairs.size, "different numbers look different");
      assert.strictEqual(masked.total_count, 4_321);
      assert.strictEqual(pairs.get("Info Desk"), "Info Desk", "a name stays readable");
      assert.ok(!("text" in masked.result[0]));
    });

    test("a shortened number can be asked for, a full one cannot, nor files and other parameters", async (assert) => {
      const [row] = JSON.parse((await post("count=1&direction=IN")).body).result;
      const found = JSON.parse(
        (await post(new URLSearchParams({ source_number: row.source_number }).toString())).body,
      );
      assert.ok(
        found.total_count > 0 && found.result.every((one) => one.source_number === row.source_number),
      );
      for (const body of [
        "source_number=15550190003",
        "destination_number=%2B1+555+019+0003",
        "source_number=1555*****03~mAAAAAAAAAAAAAAAAAAAAAA",
        "output=csv",
        "output=xls",
        "message_id=any",
      ]) {
        const response = await post(body);
        assert.strictEqual(response.status, 403, body);
        assert.strictEqual(JSON.parse(response.body).error.code, 104);
      }
      assert.strictEqual(
        (await rawRequest(origin, "POST", "/token", { Cookie: "demo-role=masked", Origin: origin })).status,
        404,
      );
    });

    test("the relay expects POST", async (assert) => {
      for (const role of ["reader", "masked"]) {
        for (const method of ["GET", "HEAD", "PUT"]) {
          const headers = { Cookie: `demo-role=${role}`, Origin: origin };
          const { status } = await rawRequest(origin, method, "/sms/GetSmsHistory", headers);
          assert.strictEqual(status, 405, `${role}: ${method}`);
        }
      }
    });
  });
}
