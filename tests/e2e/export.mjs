/** Exports: everything that is filtered, verifiable as complete, or no file. */
const ALL = { view: "messages", from: "2025-12-20", to: "2025-12-31", zone: "UTC" };
const OLD = { to_date: "2025-12-31 23:59:59" };

export default function exports(QUnit, { gate, oracle, open, closeAfterFaults, browser }) {
  const { module, test } = QUnit;

  module(`export, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.signIn();
    });
    hooks.afterEach((assert) => closeAfterFaults(page, assert));

    async function openDialog() {
      await page.pressText("Export messages…", ".actions");
      await page.page.waitForSelector("dialog .export");
    }

    /** Exports, and returns the lines of the file. */
    async function download(format) {
      await openDialog();
      await page.page.click(`dialog [value=${format}]`);
      await page.page.click("dialog .primary");
      await page.sees("The file is saved.");
      const { name, bytes } = await page.downloads.next();
      return { name, bytes, lines: bytes.toString("utf8").trimEnd().split(/\r?\n/) };
    }

    test("a CSV has every message, a byte order mark, and its count in the last line", async (assert) => {
      await page.load({ ...ALL, direction: "in" });
      const { name, bytes, lines } = await download("csv");
      const ids = await oracle.ids({ ...OLD, direction: "IN" });
      assert.strictEqual(name, "messages-2025-12-20-2025-12-31-UTC-received.csv");
      assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
      assert.strictEqual(lines.at(-1), `"# complete: ${ids.length} rows"`);
    });

    test("an NDJSON has every message, and its count in the last line", async (assert) => {
      await page.load(ALL);
      const { lines } = await download("ndjson");
      const last = JSON.parse(lines.pop());
      const ids = lines.map((line) => JSON.parse(line).messageId).sort((one, other) => one - other);
      assert.deepEqual(ids, await oracle.ids(OLD));
      assert.deepEqual(last, { complete: true, rows: ids.length });
    });

    test("conditions that the API does not know are exported too", async (assert) => {
      await page.load({ ...ALL, status: "error" });
      const { lines } = await download("ndjson");
      const last = JSON.parse(lines.pop());
      const rows = (await oracle.rows(OLD)).filter((row) => row.status_id === "2");
      assert.strictEqual(last.rows, rows.length);
      const exported = new Map(lines.map((line) => JSON.parse(line)).map((row) => [row.messageId, row]));
      for (const row of rows) {
        const found = exported.get(row.message_id);
        assert.ok(found && found.cost === row.cost && (found.text ?? undefined) === (row.text ?? undefined));
      }
    });

    test("the dialog names range, time zone, filters and count, and the file's name has no number", async (assert) => {
      const facts = () =>
        page.page.$$eval("dialog dl :is(dt, dd)", (all) => all.map(({ textContent }) => textContent));
      const { count } = await oracle.totals(OLD);
      await page.load({ ...ALL, view: "overview" });
      await openDialog();
      const messages = ["Messages", count.toLocaleString("en")];
      assert.deepEqual(await facts(), [
        ...["Range", "Dec 20 – 31, 2025 (UTC)"],
        ...["Filters", "none"],
        ...messages,
      ]);
      await page.pressText("Close", "dialog");
      const [row] = await oracle.rows({ ...OLD, direction: "OUT" });
      await page.filter({ destinationNumber: row.destination_number, direction: "out" });
      const { name } = await download("ndjson");
      assert.deepEqual((await facts()).slice(2, 4), [
        "Filters",
        `Recipient: ${row.destination_number}, Sent`,
      ]);
      assert.strictEqual(name, "messages-2025-12-20-2025-12-31-UTC-filtered-sent.ndjson");
    });

    test("in German, columns are separated by semicolons, and the dialog names the decimal point", async (assert) => {
      await page.load({ ...ALL, direction: "in", lang: "de" });
      await page.pressText("Nachrichten exportieren…", ".actions");
      await page.sees("Dezimalpunkt");
      await page.page.click("dialog .primary");
      const { bytes } = await page.downloads.next();
      assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
      assert.ok(bytes.toString("utf8").includes("messageId;sourceNumber;"));
    });

    test.if(
      "what the dialog names is exported, also if the page goes back behind it",
      browser === "Chromium",
      async (assert) => {
        await page.load({ ...ALL, direction: "in" });
        await page.press(".chips button");
        await openDialog();
        await page.page.goBack();
        await page.page.waitForSelector(".chips");
        await page.page.click("dialog .primary");
        await page.sees("The file is saved.");
        const { name, bytes } = await page.downloads.next();
        assert.strictEqual(name, "messages-2025-12-20-2025-12-31-UTC.csv");
        const { count } = await oracle.totals(OLD);
        assert.ok(bytes.toString("utf8").endsWith(`"# complete: ${count} rows"\r\n`));
        const facts = await page.page.$eval("dialog dl", ({ innerText }) => innerText);
        assert.ok(/Filters\s+none/.test(facts), facts);
      },
    );

    test("a cancelled export saves no file", async (assert) => {
      await page.load(ALL);
      await openDialog();
      // No request gets a response.
      gate.inject(() => {});
      await page.page.click("dialog .primary");
      await page.page.waitForSelector("dialog progress");
      await page.pressText("Cancel", "dialog");
      await page.sees("No file was saved");
      assert.deepEqual(await page.downloads.names(), []);
    });

    test.if(
      "a reload in the middle of an export saves no file, and another export works",
      browser === "Chromium",
      async (assert) => {
        await page.load({ ...ALL, direction: "in" });
        await openDialog();
        let requests = 0;
        const stuck = new Promise((resolve) => {
          gate.inject((_, pass) => {
            requests += 1;
            if (requests === 1) pass();
            else resolve();
          });
        });
        await page.page.click("dialog .primary");
        await stuck;
        gate.clear();
        await page.page.reload();
        await page.idle();
        assert.deepEqual(await page.downloads.names(), []);
        const { lines } = await download("csv");
        const { count } = await oracle.totals({ ...OLD, direction: "IN" });
        assert.strictEqual(lines.at(-1), `"# complete: ${count} rows"`);
      },
    );

    test("an export that fails saves no file, and says so", async (assert) => {
      await page.load({ ...ALL, direction: "in" });
      await openDialog();
      gate.respond(JSON.stringify({ error: { code: 104, msg: "" } }));
      await page.page.click("dialog .primary");
      await page.sees("may not read the history");
      assert.deepEqual(await page.downloads.names(), []);
    });
  });
}
