/** The figures, charts and top lists of the overview, compared with the sandbox's own totals. */
const ALL = { from: "2025-12-20", to: "2025-12-31" };

/** Ranges in the page's address, with their first and last second in UTC, which were computed by hand. */
const RANGES = [
  ["UTC", ALL, "2025-12-20 00:00:00", "2025-12-31 23:59:59"],
  ["UTC", { from: "2025-12-29", to: "2025-12-30" }, "2025-12-29 00:00:00", "2025-12-30 23:59:59"],
  ["UTC", { from: "2025-12-30T06:00", to: "2025-12-30T09:59" }, "2025-12-30 06:00:00", "2025-12-30 09:59:59"],
  ["America/New_York", ALL, "2025-12-20 05:00:00", "2026-01-01 04:59:59"],
  [
    "America/New_York",
    { from: "2025-12-29", to: "2025-12-30" },
    "2025-12-29 05:00:00",
    "2025-12-31 04:59:59",
  ],
  [
    "America/New_York",
    { from: "2025-12-30T06:00", to: "2025-12-30T09:59" },
    "2025-12-30 11:00:00",
    "2025-12-30 14:59:59",
  ],
];

export default function overview(QUnit, { gate, oracle, open, close, browser }) {
  const { module, test } = QUnit;

  module(`overview, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.signIn();
    });
    hooks.afterEach((assert) => close(page, assert));

    async function expectedFigures(query) {
      const [sent, received] = await Promise.all(
        ["OUT", "IN"].map((direction) => oracle.totals({ ...query, direction })),
      );
      const { 1: success = 0, 2: error = 0, 3: waiting = 0 } = sent.by_status;
      const units = (cost) => BigInt(cost.replace(".", ""));
      return {
        Sent: sent.count,
        Received: received.count,
        Delivered: success + error > 0 ? `${((success / (success + error)) * 100).toFixed(1)}%` : "–",
        Failed: error,
        Waiting: waiting,
        Cost: units(sent.cost) + units(received.cost),
      };
    }

    const number = (text) => Number(text.replaceAll(",", ""));
    /** Converts what the page shows to the form of {@link expectedFigures}. */
    function read({ Sent, Received, Delivered, Failed, Waiting, Cost }) {
      const [units, fraction] = Cost.replaceAll(",", "").split(".");
      const counts = { Sent, Received, Failed, Waiting };
      const numbers = Object.entries(counts).map(([name, text]) => [name, number(text)]);
      return { ...Object.fromEntries(numbers), Delivered, Cost: BigInt(units + fraction.padEnd(4, "0")) };
    }

    for (const [zone, range, from_date, to_date] of RANGES) {
      test(`the figures of ${range.from} to ${range.to}, ${zone}, are the sandbox's`, async (assert) => {
        await page.load({ ...range, zone });
        const expected = await expectedFigures({ from_date, to_date });
        assert.ok(expected.Sent > 0 && expected.Received > 0, "there are messages");
        assert.propEqual(read(await page.figures()), expected);
      });
    }

    test.if(
      "a range with times is given in the form, counted in its zone, and kept by reload, back and forward",
      browser === "Chromium",
      async (assert) => {
        await page.load({ ...ALL, zone: "America/New_York" });
        const give = async (from, to) => {
          await page.page.$$eval(
            ".range form input",
            (fields, values) => {
              for (const [index, field] of fields.entries()) field.value = values[index];
            },
            [from, to],
          );
          await page.press(".range form button");
        };
        await page.page.select("[name=range]", "times");
        await page.page.waitForSelector("input[type=datetime-local]");
        const shown = () => page.page.$$eval(".range form input", (all) => all.map(({ value }) => value));
        assert.deepEqual(await shown(), ["2025-12-20T00:00", "2025-12-31T23:59"], "the whole days");
        await give("2025-12-30T06:00", "2025-12-30T09:59");
        const inRange = async () => {
          const query = { from_date: "2025-12-30 11:00:00", to_date: "2025-12-30 14:59:59" };
          assert.propEqual(read(await page.figures()), await expectedFigures(query));
          assert.deepEqual(await shown(), ["2025-12-30T06:00", "2025-12-30T09:59"]);
          const period = await page.page.$eval(".period", (one) => one.textContent.replace(/\s/g, " "));
          assert.strictEqual(period, "Dec 30, 2025, 6:00 – 9:59 AM");
        };
        await inRange();
        const { search } = new URL(await page.page.url());
        assert.ok(search.includes("from=2025-12-30T06%3A00&to=2025-12-30T09%3A59"), search);
        await page.page.reload();
        await page.idle();
        await inRange();
        await page.page.goBack();
        await page.page.waitForSelector("input[type=date]");
        await page.page.goForward();
        await page.page.waitForSelector("input[type=datetime-local]");
        await page.idle();
        await inRange();
        await give("2025-12-30T10:00", "2025-12-30T09:59");
        assert.strictEqual(await page.alert(), "The end is before the beginning.");
        await give("2025-12-30T06:00", "");
        assert.strictEqual(await page.alert(), "Give the beginning and the end.");
        assert.strictEqual(new URL(await page.page.url()).search, search, "the range stays");
      },
    );

    test("the chart's table has the messages of each day and the day's cost", async (assert) => {
      await page.load({ ...ALL, zone: "UTC", bucket: "day" });
      const [header, ...rows] = await page.table(".charts > figure:first-child table");
      assert.deepEqual(header, ["Time", "Delivered", "Waiting", "Failed", "Received", "Total", "Cost"]);
      assert.strictEqual(rows.length, 12, "empty days too");
      const day = { from_date: "2025-12-30 00:00:00", to_date: "2025-12-30 23:59:59" };
      const rowsOfDay = (await oracle.rows(day)).filter((row) => row.processed_date);
      const isSent = (row) => row.direction.toUpperCase() === "OUT";
      const of = (status) => rowsOfDay.filter((row) => isSent(row) && row.status_id === status).length;
      const received = rowsOfDay.filter((row) => !isSent(row)).length;
      const cost = rowsOfDay.reduce((sum, row) => sum + Math.round((row.cost ?? 0) * 10_000), 0) / 10_000;
      const found = rows.find(([label]) => label.includes("Dec 30"));
      assert.deepEqual(found.slice(1).map(number), [
        of("1"),
        of("3"),
        of("2"),
        received,
        rowsOfDay.length,
        cost,
      ]);
    });

    test.if(
      "senders have their delivery rates, and are sorted by them",
      browser === "Chromium",
      async (assert) => {
        const sent = await oracle.rows({ direction: "OUT", to_date: "2025-12-31 23:59:59" });
        const of = (sender) => {
          const own = sent.filter(({ source_number }) => String(source_number) === sender);
          const [delivered, failed] = ["1", "2"].map(
            (id) => own.filter((row) => row.status_id === id).length,
          );
          return { sender, count: own.length, rate: delivered / (delivered + failed) };
        };
        const named = sent.flatMap(({ source_number }) => source_number ?? []).map(String);
        const senders = [...new Set(named)].map(of);
        assert.ok(senders.length > 10, "more than are shown");
        const read = async () => {
          const [header, ...rows] = await page.table("[aria-label='Top senders']");
          assert.deepEqual(header, ["Number or name", "Messages", "Share", "Delivered", "Cost"]);
          return rows.map(([sender, count, , delivered]) => [sender, number(count), delivered]);
        };
        const shown = (all) =>
          all.slice(0, 10).map(({ sender, count, rate }) => [sender, count, `${(rate * 100).toFixed(1)}%`]);
        await page.load({ ...ALL, zone: "UTC" });
        senders.sort((one, other) => other.count - one.count || (one.sender < other.sender ? -1 : 1));
        assert.deepEqual(await read(), shown(senders));
        const note = await page.page.$eval("[aria-label='Top senders'] .note", (one) => one.textContent);
        assert.strictEqual(note, `the 10 of ${senders.length} with the most messages`);
        await page.pressText("Delivered", "[aria-label='Top senders'] thead");
        senders.sort((one, other) => one.rate - other.rate);
        assert.deepEqual(await read(), shown(senders));
        const order = () =>
          page.page.$$eval("th[aria-sort]", (all) => all.map((one) => [one.innerText, one.ariaSort]));
        assert.deepEqual(await order(), [["Delivered", "ascending"]]);
      },
    );

    test.if("each top list says how many it shows of how many", browser === "Chromium", async (assert) => {
      const notes = () =>
        page.page.$$eval(".top", (lists) =>
          lists.map((one) => one.querySelector(".note")?.textContent ?? ""),
        );
      const received = await oracle.rows({ direction: "IN", to_date: "2025-12-31 23:59:59" });
      // The API sends numbers as texts and as numbers.
      const different = (name) => new Set(received.flatMap((row) => row[name] ?? []).map(String)).size;
      const counts = ["source_number", "destination_number"].map(different);
      await page.load({ ...ALL, zone: "UTC", direction: "in" });
      assert.deepEqual(
        (await notes()).slice(0, 2),
        counts.map((count) => (count > 10 ? `the 10 of ${count} with the most messages` : "")),
      );
      const result = Array.from({ length: 12 }, (_, code) => ({
        ...{ message_id: code + 1, direction: "OUT", status_id: "2", fragments: 1, cost: 0 },
        ...{ source_number: `1555019${1_000 + code}`, destination_number: `1555010${1_000 + code}` },
        ...{ error_message: `not sent, code = ${code}`, processed_date: "2025-12-30 00:00:00" },
      }));
      gate.respond(JSON.stringify({ result, total_count: result.length }));
      try {
        await page.load({ ...ALL, zone: "UTC", direction: "out" });
        const [senders, recipients, codes] = await notes();
        assert.deepEqual(
          [senders, recipients],
          ["the 10 of 12 with the most messages", "the 10 of 12 with the most messages"],
        );
        assert.ok(codes.startsWith("the 10 of 12 with the most messages · "), codes);
      } finally {
        gate.clear();
      }
    });

    test.if(
      "figures of the direction before are named by it while others are read",
      browser === "Chromium",
      async (assert) => {
        await page.load({ ...ALL, zone: "UTC" });
        const shown = async () => [
          await page.page.$$eval(".tile dt", (all) => all.map((one) => one.textContent)),
          await page.table("[aria-label='Top senders']"),
        ];
        const before = await shown();
        await page.compared();
        const { held, release } = gate.holdNext();
        await page.page.evaluate(() => {
          history.pushState(null, "", `${location.search}&direction=in`);
          dispatchEvent(new PopStateEvent("popstate"));
        });
        await held;
        assert.deepEqual(await shown(), before);
        release();
        await page.idle();
        const hints = await page.page.$$eval(".tile small:only-child", (all) =>
          all.map((one) => one.textContent),
        );
        assert.deepEqual(hints, ["of delivered and failed", ...Array(3).fill("of received messages")]);
      },
    );

    test.if(
      "a click on a sender filters, and Back takes the filter away",
      browser === "Chromium",
      async (assert) => {
        await page.load({ ...ALL, zone: "UTC" });
        const before = await page.figures();
        await page.press("[aria-label='Top senders'] tbody button");
        const [chip] = await page.chips();
        const sender = chip.replace("Sender: ", "");
        const query = { source_number: sender, direction: "OUT", to_date: "2025-12-31 23:59:59" };
        assert.strictEqual(number((await page.figures()).Sent), (await oracle.totals(query)).count);
        assert.notOk((await page.page.url()).includes(sender), "the address has no number");
        await page.page.goBack();
        await page.page.waitForFunction(() => document.querySelectorAll(".chips li").length === 0);
        await page.idle();
        assert.deepEqual(await page.figures(), before);
      },
    );

    test.if(
      "a click on a day of the chart's table makes it the range, by hours",
      browser === "Chromium",
      async (assert) => {
        let answer;
        const answered = new Promise((resolve) => {
          answer = resolve;
        });
        gate.inject(async (_, pass) => {
          if (gate.lastQuery.from_date < ALL.from) await answered;
          pass();
        });
        await page.load({ ...ALL, zone: "UTC", bucket: "day" });
        const topOfTable = () => page.page.$eval("figure summary", (one) => one.getBoundingClientRect().top);
        const top = await topOfTable();
        answer();
        gate.clear();
        await page.compared();
        assert.strictEqual(await topOfTable(), top, "nothing moves when the comparison arrives");
        await page.page.click("figure summary");
        await page.press("[aria-label='Show Tue, Dec 30, 2025 only']");
        assert.ok((await page.page.url()).includes("from=2025-12-30&to=2025-12-30"), await page.page.url());
        const [, ...rows] = await page.table(".charts > figure:first-child table");
        assert.strictEqual(rows.length, 24);
      },
    );

    test.if(
      "the day with the lowest rate and the one with the most messages are named, whatever the chart shows",
      browser === "Chromium",
      async (assert) => {
        const rows = await oracle.rows({ from_date: "2025-12-27 00:00:00", to_date: "2025-12-31 23:59:59" });
        const days = [27, 28, 29, 30, 31].map((day) => {
          const ofDay = rows.filter((row) => row.processed_date?.startsWith(`2025-12-${day}`));
          const sent = ofDay.filter((row) => row.direction.toUpperCase() === "OUT");
          const of = (status) => sent.filter((row) => row.status_id === status).length;
          return { day, rate: (100 * of("1")) / (of("1") + of("2")), count: ofDay.length };
        });
        const [lowest] = [...days].sort((one, other) => one.rate - other.rate);
        const [highest] = [...days].sort((one, other) => other.count - one.count);
        const name = ({ day }) => `${["Sat", "Sun", "Mon", "Tue", "Wed"][day - 27]}, Dec ${day}, 2025`;
        const expected = [
          `Highest: ${highest.count} messages (sent and received), ${name(highest)}`,
          `Lowest (of 20 messages or more): ${lowest.rate.toFixed(1)}%, ${name(lowest)}`,
        ];
        for (const bucket of ["month", "day", "hour"]) {
          await page.load({ ...ALL, zone: "UTC", bucket });
          const notes = await page.page.$$eval("figure .note", (all) =>
            all.map(({ textContent }) => textContent),
          );
          assert.deepEqual(notes, expected, bucket);
        }
        await page.load({ ...ALL, zone: "UTC", direction: "out" });
        const note = await page.page.$eval(
          "[aria-label='Messages and cost'] .note",
          (one) => one.textContent,
        );
        assert.ok(/^Highest: \d+ messages, /.test(note), note);
      },
    );

    test.if(
      "a day with few messages is not the lowest, and error texts name no sender",
      browser === "Chromium",
      async (assert) => {
        // The first messages, of which at least one failed.
        await page.load({ from: "2025-12-20", to: "2025-12-27T02:40", zone: "UTC" });
        assert.deepEqual(await page.page.$$("[aria-label='Delivery rate'] .note"), []);
        await page.load({ ...ALL, zone: "UTC" });
        const senders = new Set((await oracle.rows({ direction: "OUT" })).map((row) => row.source_number));
        const [, ...errors] = await page.table("[aria-label='Error codes']");
        assert.ok(errors.length > 1);
        for (const [, text] of errors)
          assert.notOk(
            [...senders].some((sender) => text.includes(sender)),
            text,
          );
      },
    );

    /** Sets the clock of the page, which goes on from there. */
    const setClock = (time) =>
      page.page.evaluateOnNewDocument((time) => {
        const offset = Date.parse(time) - Date.now();
        const now = Date.now.bind(Date);
        Date.now = () => now() + offset;
      }, time);
    const comparison = () => page.page.$eval(".comparison", ({ textContent }) => textContent);

    test.if(
      "an open range is compared until the same time of its last day, and says so",
      browser === "Chromium",
      async (assert) => {
        await setClock("2025-12-31T12:00:05Z");
        await page.load({ range: "today", zone: "UTC" });
        await page.sees(" before");
        assert.strictEqual(await comparison(), "compared with Dec 30, 2025, up to 12:00:00 PM");
        const sentUntil = async (to_date) =>
          (await oracle.totals({ from_date: "2025-12-30 00:00:00", to_date, direction: "OUT" })).count;
        const [before, wholeDays] = [
          await sentUntil("2025-12-30 12:00:00"),
          await sentUntil("2025-12-30 23:59:59"),
        ];
        assert.notStrictEqual(before, wholeDays);
        const shown = await page.page.$eval("[data-figure=Sent] small:last-child", (one) => one.textContent);
        assert.ok(shown.endsWith(` ${before} before`), `${shown}: ${before}`);
      },
    );

    test.if(
      "months are chosen by their names, and all time has everything and no comparison",
      browser === "Chromium",
      async (assert) => {
        await setClock("2026-01-15T12:00:05Z");
        await page.load({ range: "7d", zone: "UTC" });
        const choose = async (value) => {
          await page.page.select("[name=range]", value);
          await page.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
          await page.idle();
        };
        await choose("2025-12");
        assert.ok((await page.page.url()).includes("from=2025-12-01&to=2025-12-31"), await page.page.url());
        assert.strictEqual(await page.page.$eval("[name=range]", ({ value }) => value), "2025-12");
        assert.strictEqual(await page.page.$("input[type=date]"), null, "no dates to fill in");
        // Until the previous period has been read, the line ends with “comparing…”.
        const comparedWith = async () => (await comparison()).replace(/, comparing.*/, "");
        assert.strictEqual(await comparedWith(), "compared with Nov 1 – 30, 2025");
        await page.load({ from: "2025-10-01", to: "2025-12-31", zone: "UTC" });
        assert.strictEqual(await comparedWith(), "compared with Jul 1 – Sep 30, 2025");
        await choose("90d");
        assert.strictEqual(await page.page.$eval("[name=range]", ({ value }) => value), "90d");
        assert.ok((await page.page.url()).includes("range=90d"), await page.page.url());
        // Inclusive: 15 days of January, 31, 30 and 14 of October.
        const shown = await page.page.$eval(".period", (one) => one.textContent);
        assert.strictEqual(shown, "Oct 18, 2025 – Jan 15, 2026");
        await choose("all");
        assert.strictEqual(await page.page.$eval(".period", (one) => one.textContent), "until Jan 15, 2026");
        assert.strictEqual(await comparison(), "");
        const to_date = "2026-01-15 12:00:00";
        assert.propEqual(read(await page.figures()), await expectedFigures({ to_date }));
        const first = async () => (await page.table(".charts > figure:first-child table"))[1][0];
        assert.strictEqual(await first(), "Dec 2025", "without the years before the first message");
        await page.load({ range: "all", zone: "UTC", bucket: "hour" });
        assert.ok((await first()).startsWith("Dec 27, "), await first());
        await page.page.goto(`${page.origin}/?from=2000-01-01&to=2025-12-31&zone=UTC&bucket=hour`);
        await page.failed();
        assert.ok((await page.alert()).includes("The range is too long for this view."), await page.alert());
      },
    );

    test.if(
      "where there was hardly anything before, no change is shown",
      browser === "Chromium",
      async (assert) => {
        await page.load({ from: "2025-12-27T05:00", to: "2025-12-31T23:59", zone: "UTC" });
        await page.sees(" before");
        const shown = await page.page.$eval("[data-figure=Sent] small:last-child", (one) => one.textContent);
        assert.ok(/^– [\d,]+ before$/.test(shown), shown);
      },
    );

    for (const [name, status, id] of [
      ["Failed", "error", "2"],
      ["Waiting", "waiting", "3"],
    ]) {
      test(`the tile ${name} leads to the messages that it counts`, async (assert) => {
        await page.load({ ...ALL, zone: "UTC" });
        const count = (await page.figures())[name];
        const { by_status } = await oracle.totals({ direction: "OUT", to_date: "2025-12-31 23:59:59" });
        assert.strictEqual(number(count), by_status[id]);
        await page.press(`[data-figure=${name}] a`);
        await page.page.waitForSelector(".count");
        assert.strictEqual((await page.count()).split(" ")[0], count);
        assert.deepEqual(await page.chips(), ["Sent", name]);
        assert.ok((await page.page.url()).includes(`status=${status}`), await page.page.url());
      });
    }

    test("filters of the messages only are shown beside the figures, as such", async (assert) => {
      await page.load({ ...ALL, zone: "UTC" });
      const before = await page.figures();
      await page.load({ ...ALL, zone: "UTC", direction: "out", status: "error", code: "7" });
      assert.deepEqual(await page.chips(), [
        "Sent",
        "Failed (only in Messages)",
        "Error code: 7 (only in Messages)",
      ]);
      assert.strictEqual((await page.figures()).Sent, before.Sent);
      await page.pressText("Clear all", ".chips");
      await page.idle();
      assert.deepEqual(await page.chips(), []);
      assert.notOk(/status|code|direction/.test(await page.page.url()), await page.page.url());
    });

    test("an empty range leads to all messages and to a longer one", async (assert) => {
      await page.load({ from: "2025-01-01", to: "2025-01-02", zone: "UTC", direction: "out" });
      const words = () => page.page.$eval("#content", (main) => main.innerText);
      assert.ok((await words()).includes("No messages in this range with these filters: Sent."));
      await page.compared();
      const { held, release } = gate.holdNext();
      await page.pressText("Clear all filters", "main");
      await held;
      assert.notOk((await words()).includes("No messages"), "nothing is known of these filters yet");
      release();
      await page.idle();
      assert.ok((await words()).includes("No messages in this range."));
      await page.pressText("Look in: Last 12 calendar months", "main");
      await page.idle();
      assert.notOk((await words()).includes("No messages in this range"));
      assert.ok((await page.page.url()).includes("range=12m"), await page.page.url());
    });

    test.if("a click on an error code shows its messages", browser === "Chromium", async (assert) => {
      await page.load({ ...ALL, zone: "UTC" });
      const [, first] = await page.table("[aria-label='Error codes']");
      await page.press("[aria-label='Error codes'] tbody button");
      await page.page.waitForSelector(".count");
      assert.deepEqual(await page.chips(), [
        "Failed",
        `Error code: ${first[0] === "Without a code" ? "none" : first[0]}`,
      ]);
    });

    test.if(
      "days are those of the chosen zone, whatever the machine's is",
      browser === "Chromium",
      async (assert) => {
        const seen = [];
        for (const machine of ["UTC", "America/New_York", "Australia/Lord_Howe"]) {
          await page.page.emulateTimezone(machine);
          // The clock of Berlin was set back on the 26th.
          await page.load({ from: "2025-10-26", to: "2025-10-27", zone: "Europe/Berlin", bucket: "hour" });
          const main = await page.page.$eval("#content", (main) => main.innerText);
          assert.ok(main.includes("No messages"), "an empty range says so");
          await page.load({ ...ALL, zone: "Europe/Berlin", bucket: "day" });
          seen.push(JSON.stringify(await page.table(".charts > figure:first-child table")));
        }
        assert.strictEqual(new Set(seen).size, 1);
        // The minute after it has no year of four digits.
        await page.load({ from: "9999-12-31T23:59", to: "9999-12-31T23:59", zone: "Asia/Tokyo" });
        assert.strictEqual(await page.page.$eval("[name=range]", ({ value }) => value), "30d");
        // Names that are none: of a place, and of the machine's zone.
        await page.page.evaluateOnNewDocument(() => {
          Object.defineProperty(navigator, "languages", { value: ["en-US@posix"] });
          Intl.DateTimeFormat.prototype.resolvedOptions = () => ({ timeZone: "Nowhere" });
        });
        await page.load(ALL);
        assert.ok(
          (await page.page.$eval("[name=zone]", ({ innerText }) => innerText)).startsWith("UTC (yours)"),
        );
        assert.strictEqual(await page.page.$eval("html", ({ translate }) => translate), false);
      },
    );
  });
}
