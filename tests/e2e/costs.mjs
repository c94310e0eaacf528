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
    const statuses = () =>
      page.page.$$eval(".costs [role=status]", (all) => all.map(({ textContent }) => textContent));
    /** Ten-thousandths, so that sums are exact. */
    const units = (text) => BigInt(text.replaceAll(",", "").replace(".", ""));

    test("each sender's costs are the sandbox's, and the columns add up", async (assert) => {
      const [header, ...rows] = await table("sender-month");
      assert.deepEqual(header, [
        "Sender",
        "Dec 20 – 31, 2025",
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

    test.if(
      "a month that the range cuts is named by its days, as is the current one",
      browser === "Chromium",
      async (assert) => {
        const months = async (range, zone = "UTC") => {
          await page.load({ view: "costs", zone, ...range });
          const [header] = await table("sender-month");
          return header.slice(1, -1).filter((name) => name !== "without a date");
        };
        assert.deepEqual(await months({ from: "2025-10-30", to: "2025-12-31" }), [
          "Oct 30 – 31, 2025",
          "Nov 2025",
          "Dec 2025",
        ]);
        assert.deepEqual(await months({ from: "2025-12-30T06:00", to: "2025-12-30T09:59" }), [
          "Dec 30, 2025",
        ]);
        await page.page.evaluateOnNewDocument(() => {
          const offset = Date.parse("2025-12-31T02:00:05Z") - Date.now();
          const now = Date.now.bind(Date);
          Date.now = () => now() + offset;
        });
        const year = await months({ range: "12m" });
        assert.deepEqual([year.length, year.at(0), year.at(-1)], [12, "Jan 2025", "Dec 2025"]);
        // It is still the 30th there, and the range has not ended.
        const open = { from: "2025-12-01", to: "2026-01-31" };
        assert.deepEqual(await months(open, "America/New_York"), ["Dec 1 – 30, 2025"]);
      },
    );

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

    test.if(
      "a click on a recipient shows the total of this number",
      browser === "Chromium",
      async (assert) => {
        const [, [recipient, , , cost]] = await page.table("[aria-label='Top recipients']");
        await page.press("[aria-label='Top recipients'] tbody button");
        assert.deepEqual(await page.chips(), [`Recipient: ${recipient}`]);
        const sent = { ...OLD, destination_number: recipient, direction: "OUT" };
        const { cost: expected } = await oracle.totals(sent);
        const [total] = (await table("day-direction")).slice(-1);
        // Tables have as many decimals as they need.
        assert.deepEqual([cost, total[2]].map(Number), [Number(expected), Number(expected)]);
        assert.strictEqual(await page.page.$("[aria-label='Top recipients']"), null);
      },
    );

    test("a table is saved as CSV with the same amounts", async (assert) => {
      const [, ...rows] = await table("sender-month");
      await page.page.click(".costs header button");
      const { name, bytes } = await page.downloads.next();
      await page.sees("The file is saved.");
      assert.deepEqual(await statuses(), ["The file is saved.", ""], "beside the table");
      assert.strictEqual(name, "costs-sender-month-2025-12-20-2025-12-31-UTC.csv");
      const lines = bytes.toString("utf8").replace("\uFEFF", "").trimEnd().split("\r\n");
      assert.strictEqual(lines.length, rows.length + 1);
      assert.ok(lines[0].startsWith('Sender,"Dec 20 – 31, 2025",'), lines[0]);
      const amounts = (cells) => cells.slice(1 - rows[0].length).map((cell) => cell.replaceAll(",", ""));
      for (const [index, cells] of rows.entries())
        assert.deepEqual(amounts(lines[index + 1].split(",")), amounts(cells), "with the same decimals");
    });

    test("each table names the time zone of its months and days", async (assert) => {
      const titles = () => page.page.$$eval(".costs h2", (all) => all.map(({ textContent }) => textContent));
      assert.deepEqual(await titles(), [
        "By sender and month months and days in UTC",
        "By day and direction months and days in UTC",
      ]);
      await page.load({ ...ALL, zone: "America/New_York" });
      assert.ok((await titles()).every((title) => title.endsWith("months and days in America/New_York")));
    });

    test.if(
      "totals stay in sight where the table is wider than its frame, and short tables do not scroll",
      browser === "Chromium",
      async (assert) => {
        await page.page.setViewport({ width: 360, height: 900 });
        const seen = await page.page.$$eval(".costs .scroll", (frames) =>
          frames.map((frame) => {
            const box = frame.getBoundingClientRect();
            const total = frame.querySelector("tfoot td:last-child").getBoundingClientRect();
            return {
              isWide: frame.scrollWidth > frame.clientWidth,
              hasTotal: total.right <= box.right && total.left >= box.left,
              scrolls: frame.scrollHeight > frame.clientHeight,
            };
          }),
        );
        assert.deepEqual(
          seen.map(({ hasTotal, scrolls }) => ({ hasTotal, scrolls })),
          Array(2).fill({ hasTotal: true, scrolls: false }),
        );
        assert.ok(seen.at(-1).isWide);
      },
    );

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
