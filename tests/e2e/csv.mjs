/** CSV files that the page saves. They are the API's byte for byte. */
export default function csv(QUnit, { gate, oracle, open, close, browser }) {
  const { module, test } = QUnit;

  module(`csv, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.load();
    });
    hooks.afterEach((assert) => close(page, assert, { expected: /^Failed to load resource/ }));

    /** Saves the file, and returns its name and bytes. */
    async function download() {
      await page.press("#csv");
      return page.downloads.next();
    }

    test("the file has the messages of the current page", async (assert) => {
      const { to_date } = gate.lastQuery;
      const before = await page.rows();
      const { name, bytes } = await download();
      const query = { count: "100", offset: "0", to_date, output: "csv" };
      assert.deepEqual(gate.lastQuery, query, "the query");
      const expected = await oracle.file(query);
      assert.ok(expected.length > 5_000 && expected.includes("Ваш код"), "a real file");
      assert.ok(bytes.equals(expected), "byte for byte");
      assert.strictEqual(name, "sms_history.csv");
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      assert.deepEqual(await page.rows(), before, "the rows stay");
      assert.deepEqual(await page.enabled(), ["next", "csv"]);
    });

    test("the file of a later page respects the filters", async (assert) => {
      await page.filter({ direction: "in", count: "250" });
      await page.next();
      const { to_date } = gate.lastQuery;
      const { bytes } = await download();
      const query = { direction: "IN", count: "250", offset: "250", to_date, output: "csv" };
      assert.deepEqual(gate.lastQuery, query, "the query");
      assert.ok(bytes.equals(await oracle.file(query)), "byte for byte");
      const text = bytes.toString("utf8");
      assert.ok(
        (await page.rows()).every((cells) => text.includes(`\n${cells.at(-1)},`)),
        "the rows that are shown",
      );
    });

    test("a failed download is reported, and can be repeated", async (assert) => {
      const before = await page.rows();
      gate.respond(JSON.stringify({ error: { code: 105, msg: "" } }));
      await page.press("#csv");
      assert.ok((await page.alert()).includes("error 105"));
      assert.deepEqual(await page.rows(), before, "the rows stay");
      assert.deepEqual(await page.enabled(), ["next", "csv"]);
      assert.deepEqual(await page.downloads.names(), [], "no file");
      gate.clear();
      const { bytes } = await download();
      assert.ok(bytes.equals(await oracle.file(gate.lastQuery)), "the next file is complete");
      assert.strictEqual(await page.alert(), "");
    });
  });
}
