/** The page by keyboard and by screen reader. */
export default function access(QUnit, { gate, open, close }) {
  const { module, test } = QUnit;

  module("keyboard and screen reader", (hooks) => {
    let page;
    let keyboard;
    hooks.beforeEach(async () => {
      page = await open();
      keyboard = page.page.keyboard;
      await page.load();
    });
    hooks.afterEach((assert) => close(page, assert));

    const focused = () => page.page.evaluate(() => document.activeElement?.id);

    async function tabTo(id) {
      for (let presses = 0; presses < 40; presses += 1) {
        if ((await focused()) === id) return;
        await keyboard.press("Tab");
      }
      throw new Error(`#${id} can't be reached by Tab`);
    }

    test("Tab reaches all elements in reading order", async (assert) => {
      const order = [];
      for (let presses = 0; presses < 40; presses += 1) {
        await keyboard.press("Tab");
        const place = await page.page.evaluate(
          () => document.activeElement?.id || document.activeElement?.textContent,
        );
        // A date field has several tab stops.
        if (place !== order.at(-1)) order.push(place);
        if (place === "rows-frame") break;
      }
      assert.deepEqual(order, [
        "source",
        "destination",
        "direction",
        "count",
        "from-date",
        "to-date",
        "Show",
        "Clear",
        "previous",
        "next",
        "csv",
        "rows-frame",
      ]);
    });

    test("filters can be set and submitted by keyboard", async (assert) => {
      await tabTo("source");
      await keyboard.type("Info Desk");
      await keyboard.press("Enter");
      await page.idle();
      assert.strictEqual(gate.lastQuery.source_number, "Info Desk");
      assert.ok((await page.rows()).every((cells) => cells[2] === "Info Desk"));
      assert.strictEqual(await focused(), "source", "the focus stays");
      await tabTo("direction");
      await keyboard.press("ArrowDown");
      await page.page.waitForFunction(
        () => document.getElementById("status").textContent === "No messages match",
      );
      assert.strictEqual(gate.lastQuery.direction, "IN", "a selection submits the query");
    });

    test("changing the page keeps the focus", async (assert) => {
      await tabTo("next");
      for (const [key, place] of [
        ["Enter", "Rows 101–200 of 4,321"],
        ["Space", "Rows 201–300 of 4,321"],
      ]) {
        await keyboard.press(key);
        await page.idle();
        assert.strictEqual(await page.status(), place);
        assert.strictEqual(await focused(), "next");
      }
    });

    test("the rows scroll by keyboard, and a new page starts at its top", async (assert) => {
      await tabTo("rows-frame");
      await keyboard.press("End");
      await page.page.waitForFunction(() => {
        const frame = document.getElementById("rows-frame");
        return frame.scrollTop > 500 && frame.scrollTop + frame.clientHeight >= frame.scrollHeight - 1;
      });
      assert.strictEqual(await page.page.evaluate(() => scrollY), 0, "all else stays in sight");
      await page.next();
      assert.strictEqual(await page.page.$eval("#rows-frame", (frame) => frame.scrollTop), 0);
    });

    test("a long text is collapsed until it is opened by keyboard", async (assert) => {
      const texts = ["word ".repeat(600), `${"\n".repeat(60)}end`, "word ".repeat(40)];
      const result = texts.map((text, index) => ({ message_id: index + 1, text }));
      gate.respond(JSON.stringify({ result, total_count: texts.length }), { times: 1 });
      await page.show();
      const heights = () =>
        page.page.$$eval("td.text", (cells) => cells.map((cell) => cell.getBoundingClientRect().height));
      const closed = await heights();
      assert.ok(Math.max(...closed) < 300, `closed, they are ${closed} high`);
      assert.deepEqual(
        await page.page.$$eval("td.text", (cells) => cells.map((cell) => cell.firstChild.textContent)),
        texts,
        "to be searched and copied, all of each text is there",
      );
      const state = () =>
        page.page.$$eval("td.text button", (buttons) => buttons.map((button) => button.ariaExpanded));
      assert.deepEqual(await state(), ["false", "false"], "a text that is short has no button");
      await tabTo("rows-frame");
      await keyboard.press("Tab");
      await keyboard.press("Enter");
      assert.deepEqual(await state(), ["true", "false"]);
      const opened = await heights();
      assert.ok(opened[0] > 2 * closed[0], `open, the first one is ${opened[0]} high`);
      assert.deepEqual(opened.slice(1), closed.slice(1), "the others stay as they are");
      await keyboard.press("Space");
      assert.deepEqual(await heights(), closed);
    });

    test("on a small screen the buttons stay visible, and a new page starts at its top", async (assert) => {
      await page.page.setViewport({ width: 390, height: 844 });
      await page.page.evaluate(() => scrollTo(0, 2_000));
      await page.next();
      const place = await page.page.evaluate(() => {
        const [bar, row] = [".bar", "tbody tr"].map((found) =>
          document.querySelector(found).getBoundingClientRect(),
        );
        return { bar: bar.top, gap: row.top - bar.bottom };
      });
      assert.ok(place.bar >= 0 && place.bar < 20, `the buttons are at the top, at ${place.bar}`);
      assert.ok(place.gap >= 0 && place.gap < 100, `the first row is right below, at ${place.gap}`);
    });

    test("elements have accessible names and roles", async (assert) => {
      const found = await nodes();
      const names = (role) => found.filter((node) => node.role === role).map((node) => node.name);
      assert.deepEqual(names("heading"), ["SMS history"]);
      assert.deepEqual(names("form"), ["Filters"]);
      assert.deepEqual(names("textbox"), ["From", "To"]);
      assert.deepEqual(names("combobox"), ["Direction", "Rows a page"]);
      assert.deepEqual(names("DateTime"), ["Earliest (UTC)", "Latest (UTC)"]);
      assert.deepEqual(names("navigation"), ["Pages"]);
      assert.deepEqual(names("table"), ["Messages in the order in which the API gives them"]);
      assert.strictEqual(names("columnheader").length, 9);
      for (const name of ["Show", "Clear", "‹ Previous", "Next ›", "Page as CSV"]) {
        assert.ok(names("button").includes(name), `button ${name}`);
      }
    });

    test("positions are announced as status and errors as alert", async (assert) => {
      const role = (wanted) =>
        page.page.$$eval(`[role=${wanted}]`, (found) => found.map(({ innerText }) => innerText));
      assert.deepEqual(await role("status"), ["Rows 1–100 of 4,321"]);
      assert.strictEqual((await nodes()).filter((node) => node.role === "alert").length, 0);
      await page.filter({ sourceNumber: "1" });
      const [alert] = await role("alert");
      assert.ok(alert.includes("1 digits"), alert);
      assert.strictEqual((await nodes()).filter((node) => node.role === "alert").length, 1);
      const field = (await nodes()).find((node) => node.role === "textbox" && node.name === "From");
      assert.strictEqual(field.invalid, "true");
    });

    /** The accessibility tree of the page. */
    async function nodes() {
      const devtools = await page.page.createCDPSession();
      const { nodes } = await devtools.send("Accessibility.getFullAXTree");
      return nodes
        .filter((node) => !node.ignored)
        .map((node) => ({
          role: node.role.value,
          name: node.name?.value,
          invalid: node.properties?.find(({ name }) => name === "invalid")?.value.value,
        }));
    }
  });
}
