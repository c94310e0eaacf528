/** The tables of costs: exact, with totals, on paper and as files. */
const ALL = { view: "costs", from: "2025-12-20", to: "2025-12-31", zone: "UTC" };
const OLD = { to_date: "2025-12-31 23:59:59" };

export default function costs(QUnit, { oracle, open, close, browser }) {
  const { module, test } = QUnit;

  module(`costs, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.signIn();
      await page.load(ALL);
    });
    hooks.afterEach((assert) => close(page, assert));

    const table = (name) => page.table(`[data-table="${name}"]`);
    /** Ten-thousandths, so that sums are exact. */
    const units = (text) => BigInt(text.replaceAll(",", "").replace(".", ""));

    test("each sender's costs are the sandbox's, and the columns add up", async (assert) => {
      const [header, ...rows] = await table("sender-month");
      assert.deepEqual(header, [
        "Sender",
        "Dec 2025",
        ...(header.length > 3 ? ["without a date"] : []),
        "Total",
      ]);
      const total = rows.pop();
      for (const [sender, ...cells] of rows.filter(([sender]) => !sender.startsWith("Received"))) {
        const { cost } = await oracle.totals({ ...OLD, source_number: sender, direction: "OUT" });
        assert.strictEqual(units(cells.at(-1)), units(cost), sender);
      }
      for (let column = 1; column < header.length; column += 1) {
        const sum = rows.reduce((all, cells) => all + units(cells[column]), 0n);
        assert.strictEqual(units(total[column]), sum, header[column]);
      }
      const { cost } = await oracle.totals(OLD);
      assert.strictEqual(units(total.at(-1)), units(cost), "all together");
    });

    test("each day's counts and costs by direction add up to the sandbox's", async (assert) => {
      const [, ...rows] = await table("day-direction");
      const total = rows.pop();
      for (const [direction, column] of [
        ["OUT", 1],
        ["IN", 3],
      ]) {
        const { count, cost } = await oracle.totals({ ...OLD, direction });
        assert.strictEqual(units(total[column]), BigInt(count), `${direction}, messages`);
        assert.strictEqual(units(total[column + 1]), units(cost), `${direction}, costs`);
        const sum = rows.reduce((all, cells) => all + units(cells[column + 1]), 0n);
        assert.strictEqual(sum, units(cost), `${direction}, the sum of the days`);
      }
    });

    test("a table is saved as CSV with the same amounts", async (assert) => {
      const [, ...rows] = await table("sender-month");
      await page.page.click(".costs header button");
      const { name, bytes } = await page.downloads.next();
      assert.strictEqual(name, "costs-sender-month.csv");
      const lines = bytes.toString("utf8").replace("\uFEFF", "").trimEnd().split("\r\n");
      assert.strictEqual(lines.length, rows.length + 1);
      const last = lines.at(-1).split(",");
      assert.strictEqual(Number(last.at(-1)), Number(rows.at(-1).at(-1).replaceAll(",", "")));
    });

    test.if(
      "on paper all rows of the tables are there, and no controls",
      browser === "Chromium",
      async (assert) => {
        await page.page.emulateMediaType("print");
        const shown = await page.page.evaluate(() => ({
          controls: [...document.querySelectorAll("nav, .actions, select, .no-print")].filter((one) =>
            one.checkVisibility(),
          ).length,
          isCut: [...document.querySelectorAll(".scroll")].some(
            (one) => one.scrollHeight > one.clientHeight + 1,
          ),
        }));
        assert.deepEqual(shown, { controls: 0, isCut: false });
      },
    );
  });
}
