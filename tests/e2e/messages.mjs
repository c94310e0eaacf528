/** The list of messages: order, filters, search, conversations and details. */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { startSandbox } from "../soak/lib/sandbox.mjs";
import { Oracle } from "./oracle.mjs";

const ALL = { view: "messages", from: "2025-12-20", to: "2025-12-31", zone: "UTC" };
const TOTAL = 4_321;
/** The messages of the range. A test adds newer ones. */
const OLD = { to_date: "2025-12-31 23:59:59" };
/** An own number of the sandbox's data. */
const NUMBER = "15550190003";
const UNDATED = "no date from the API";
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** The orders of the API, and whether a message arrives that is older than those with smaller ids. */
const ORDERS = [
  ["shuffled", false],
  ["asc", true],
];

export default function messages(QUnit, { gate, oracle, sandbox, startDashboard, open, close, browser }) {
  const { module, test } = QUnit;

  module(`messages, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.signIn();
    });
    hooks.afterEach((assert) => close(page, assert));

    const rowOf = (text) => `[data-index="${text}"]`;

    test("the newest message is first, and the oldest is last", async (assert) => {
      await page.load(ALL);
      assert.strictEqual(await page.count(), "4,321 messages");
      const all = await oracle.rows(OLD);
      const dates = all.flatMap((row) => (row.processed_date ? [row.processed_date] : [])).sort();
      const shown = async (index) => {
        await page.page.waitForSelector(`${rowOf(index)} button`);
        return page.page.$eval(`${rowOf(index)} .time`, (cell) => cell.textContent.replace(/\s/g, " "));
      };
      const written = (date) => {
        const [day, time] = date.split(" ");
        const [year, month, dayOfMonth] = day.split("-");
        const [hour, minute, second] = time.split(":");
        const half = hour >= 12 ? "PM" : "AM";
        return `${MONTHS[month - 1]} ${Number(dayOfMonth)}, ${year}, ${hour % 12 || 12}:${minute}:${second} ${half}`;
      };
      const times = (await page.rows()).map(([time]) => time.replace(/\s/g, " "));
      const position = times.findIndex((time) => time !== UNDATED);
      assert.strictEqual(times[position], written(dates.at(-1)));
      const head = await page.page.$eval(".list-head", ({ textContent }) => textContent);
      assert.ok(head.startsWith("Time (UTC)Direction"), head);
      await page.page.click(`${rowOf(position)} .time button`);
      await page.page.waitForSelector("dialog .details");
      const [time] = await page.page.$$eval("dialog .details > div", (rows) =>
        rows.map(({ innerText }) => innerText.replace(/\s/g, " ")),
      );
      assert.strictEqual(time, `Time (UTC) ${times[position]} Copy`, "details write the same");
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      await page.page.$eval(".list-frame", (frame) => {
        frame.scrollTop = frame.scrollHeight;
      });
      const last = await shown(TOTAL - 1);
      assert.ok(last === written(dates[0]) || last === UNDATED, last);
    });

    for (const [order, hasLate] of ORDERS) {
      const name = `${order}${hasLate ? ", with a late message" : ""}`;
      test(`the whole list is sorted, whatever the API's order is: ${name}`, async (assert) => {
        // In this profile, almost all messages have dates.
        const own = await startSandbox({ messages: 1_200, profile: "year", order });
        const credentials = await readFile(own.credentials, "utf8");
        const dashboard = await startDashboard({ credentials, baseUrl: own.url });
        try {
          if (hasLate) {
            const age_seconds = Math.floor((Date.now() - Date.UTC(2025, 5, 1)) / 1_000);
            const body = JSON.stringify({ count: 1, age_seconds });
            await fetch(own.adminUrl("messages"), { method: "POST", body });
          }
          page.origin = dashboard.origin;
          await page.signIn();
          await page.load({ view: "messages", from: "2025-01-01", to: "2025-12-31", zone: "UTC" });
          const rows = await new Oracle({ url: own.url, credentials: JSON.parse(credentials) }).rows({});
          const timeOf = (row) => Date.parse(`${row.processed_date}Z`);
          const expected = rows.map(timeOf).sort((one, other) => other - one);
          assert.notOk(expected.some(Number.isNaN), "all have dates");
          assert.strictEqual(await page.count(), `${expected.length.toLocaleString("en")} messages`);
          const newest = rows.reduce((one, other) => (one.message_id > other.message_id ? one : other));
          // At the ends, at the borders of requests, and where the late message belongs.
          for (const index of [
            0,
            250,
            500,
            1_000,
            expected.length - 1,
            expected.indexOf(timeOf(newest)),
            0,
          ]) {
            await page.page.$eval(
              ".list-frame",
              (frame, top) => {
                frame.scrollTop = top;
              },
              Math.max(0, index - 5) * 44,
            );
            await page.page.waitForSelector(`${rowOf(index)} button`);
            const shown = await page.page.$$eval("[data-index]:has(button)", (found) =>
              found.map((row) => [row.dataset.index, row.querySelector(".time").textContent]),
            );
            const different = shown.filter(([at, time]) => Date.parse(`${time} UTC`) !== expected[at]);
            assert.deepEqual(different, [], `rows around ${index}`);
          }
        } finally {
          await dashboard.stop();
          await own.stop();
        }
      });
    }

    test("every row of the list is a message, and each occurs once", async (assert) => {
      await page.load({ ...ALL, direction: "in" });
      const ids = await oracle.ids({ ...OLD, direction: "IN" });
      assert.strictEqual(await page.count(), `${ids.length.toLocaleString("en")} messages`);
      const seen = new Set();
      const step = 12;
      for (let index = 0; index < 300; index += step) {
        await page.page.$eval(
          ".list-frame",
          (frame, top) => {
            frame.scrollTop = top;
          },
          index * 44,
        );
        await page.page.waitForSelector(`${rowOf(index + step)} button`);
        for (const cells of await page.rows()) seen.add(cells.join("|"));
      }
      assert.ok(seen.size >= 300, `${seen.size} different rows`);
      assert.ok([...seen].every((row) => row.includes("|Received|")));
    });

    test("a status reads all, and finds as many as the sandbox has", async (assert) => {
      await page.load({ ...ALL, status: "error" });
      const { by_status } = await oracle.totals(OLD);
      assert.strictEqual(await page.count(), `${by_status[2]} found, searched 4,321 of 4,321 messages`);
      assert.ok((await page.rows()).every((cells) => cells[5] === "Failed"));
    });

    test("a search finds words in texts, and the address has none of them", async (assert) => {
      await page.load(ALL);
      const field = () =>
        page.page.$eval("#search", (field) => [field.value, document.activeElement === field]);
      await page.page.$eval("#search", (field) => field.focus());
      await page.search("WAREHOUSE order");
      assert.deepEqual(await field(), ["WAREHOUSE order", true]);
      const rows = await oracle.rows(OLD);
      const found = rows.filter((row) => /order/i.test(row.text ?? "") && /warehouse/i.test(row.text ?? ""));
      assert.strictEqual(await page.count(), `${found.length} found, searched 4,321 of 4,321 messages`);
      assert.deepEqual(await page.chips(), ["Search: WAREHOUSE order"]);
      assert.notOk(/warehouse/i.test(await page.page.url()));
      await page.search("no such words anywhere");
      const empty = await page.page.$eval("#content", (main) => main.innerText);
      assert.ok(empty.includes("No messages in this range with these filters: Search: no such words"), empty);
      assert.ok(empty.includes("words and parts of words"), empty);
      await page.press("main .empty button");
      assert.deepEqual(await page.chips(), []);
      assert.strictEqual((await field())[0], "");
      assert.strictEqual(await page.count(), "4,321 messages");
    });

    test("a part of a number is found by search", async (assert) => {
      await page.load(ALL);
      await page.search("90003");
      const rows = await oracle.rows(OLD);
      const has = (row) =>
        [row.source_number, row.destination_number, row.error_message, row.text, row.message_id].some(
          (value) => String(value ?? "").includes("90003"),
        );
      assert.strictEqual(
        await page.count(),
        `${rows.filter(has).length} found, searched 4,321 of 4,321 messages`,
      );
    });

    test("a message is found by its id, which the page says, and leads to its details", async (assert) => {
      const [{ message_id: id, text }] = (await oracle.rows(OLD)).filter((row) => row.text);
      await page.load(ALL);
      await page.search(String(id));
      const answer = () => page.page.$eval(".by-id", ({ textContent }) => textContent);
      assert.ok((await answer()).startsWith(`Message id ${id}: `), await answer());
      assert.notOk((await page.page.url()).includes(id));
      await page.press(".by-id button");
      await page.page.waitForSelector("dialog[open]");
      const details = await page.page.$eval("dialog", (dialog) => dialog.innerText);
      assert.ok(details.includes(text.slice(0, 20)));
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      await page.search("99999999999999");
      assert.strictEqual(await answer(), "No message of this range has the id 99999999999999.");
      // A number is no id, but finds messages.
      const [{ source_number: number }] = (await oracle.rows(OLD)).filter((row) =>
        /^[1-9]\d{9,}$/.test(row.source_number),
      );
      await page.search(number);
      assert.strictEqual(await answer(), "");
      await page.search("warehouse");
      assert.strictEqual(await page.page.$(".by-id"), null);
    });

    test("a number as people write it, a name and an error are found by search", async (assert) => {
      const rows = await oracle.rows(OLD);
      const has = (words) => (row) => {
        const { source_number, destination_number, error_message, text, message_id } = row;
        const all = [source_number, destination_number, error_message, text, message_id].join("\n");
        return words.every((word) => all.toLowerCase().includes(word));
      };
      await page.load(ALL);
      for (const [search, words] of [
        ["+1 (555) 019-0003", [NUMBER]],
        ["info DESK", ["info", "desk"]],
        ["not sent, code = 7", ["not", "sent", "code", "7"]],
        ["café 你好", ["caf", "你好"]],
        ["!?", ["!?"]],
      ]) {
        await page.search(search);
        const found = rows.filter(has(words)).length;
        assert.ok(found > 0 || search === "!?", search);
        assert.strictEqual(await page.count(), `${found} found, searched 4,321 of 4,321 messages`, search);
      }
    });

    test.if(
      "details show all fields, and lead to the conversation in both directions",
      browser === "Chromium",
      async (assert) => {
        await page.load(ALL);
        await page.filter({ sourceNumber: "+1 (555) 019-0003" });
        await page.page.click(`${rowOf(0)} .time button`);
        await page.page.waitForSelector("dialog .details");
        const details = await page.page.$eval("dialog", (dialog) => dialog.innerText);
        assert.ok(details.includes(NUMBER) && /Message id\s*5\d+/.test(details), details);
        const copied = [];
        for (const state of ["denied", "granted"]) {
          const permission = { name: "clipboard-write" };
          await page.page.browserContext().setPermission(page.origin, { permission, state });
          await page.page.click("dialog dd button");
          await delay(200);
          copied.push(await page.page.$eval("dialog dd button", ({ textContent }) => textContent));
        }
        assert.deepEqual(copied, ["Not copied", "Copied"]);
        await page.pressText(`Show all messages with ${NUMBER}`, "dialog");
        await page.idle();
        const counts = await Promise.all(
          ["source_number", "destination_number"].map((name) => oracle.totals({ ...OLD, [name]: NUMBER })),
        );
        const expected = counts[0].count + counts[1].count;
        assert.strictEqual(
          await page.count(),
          `${expected} found, searched ${expected} of ${expected} messages`,
        );
        assert.deepEqual(await page.chips(), [`Number, either direction: ${NUMBER}`]);
      },
    );

    test("a number that the API cannot search for is marked in its field, which has the focus", async (assert) => {
      await page.load(ALL);
      await page.filter({ sourceNumber: "12" });
      // Not by a selector, which is tested again when the document changes, but not when the focus does.
      await page.page.waitForFunction(() =>
        document.activeElement.matches("[name=sourceNumber][aria-invalid=true]"),
      );
      const field = await page.page.$eval("[name=sourceNumber]", (field) => ({
        described: document.getElementById(field.getAttribute("aria-describedby"))?.textContent,
      }));
      assert.ok(field.described.includes("not a number"), field.described);
      assert.notOk((await page.alert()).includes("12 "), "the number is not shown");
    });

    test("what is no error code is marked in its field, and no filter changes", async (assert) => {
      await page.load({ ...ALL, code: "7" });
      const before = await page.count();
      await page.filter({ code: "7a", direction: "out" });
      const shown = () =>
        page.page.$eval("#filter-form", ({ elements: { code } }) => ({
          isFocused: document.activeElement === code,
          isInvalid: code.ariaInvalid,
          described: document.getElementById(code.getAttribute("aria-describedby"))?.textContent,
        }));
      const described = "Give a number of at most 15 digits, or “none”.";
      assert.deepEqual(await shown(), { isFocused: true, isInvalid: "true", described });
      // A form that is sent before it was painted.
      await page.page.evaluate(async () => {
        const toggle = document.getElementById("filter-toggle");
        toggle.click();
        await Promise.resolve();
        toggle.click();
        await Promise.resolve();
        const form = document.getElementById("filter-form");
        form.elements.direction.value = "out";
        form.elements.code.value = "7a";
        form.requestSubmit();
      });
      await page.idle();
      assert.deepEqual(await shown(), { isFocused: true, isInvalid: "true", described });
      assert.deepEqual([await page.chips(), await page.count()], [["Error code: 7"], before]);
      await page.filter({ code: "none" });
      assert.deepEqual(await page.chips(), ["Sent", "Error code: none"]);
      assert.strictEqual(await page.page.$("[aria-invalid]"), null);
    });

    test("the form shows what is set, and applying another field keeps it", async (assert) => {
      await page.load(ALL);
      await page.filter({ direction: "out", status: "error" });
      const { direction, status } = await page.fields();
      assert.deepEqual([direction, status], ["out", "error"]);
      await page.filter({ sourceNumber: NUMBER });
      assert.deepEqual(await page.chips(), [`Sender: ${NUMBER}`, "Sent", "Failed"]);
      const rows = await oracle.rows({ ...OLD, direction: "OUT", source_number: NUMBER });
      const failed = rows.filter(({ status_id }) => status_id === "2");
      assert.ok(failed.length > 0);
      assert.strictEqual(
        await page.count(),
        `${failed.length} found, searched ${rows.length} of ${rows.length} messages`,
      );
      await page.page.reload();
      await page.idle();
      await page.page.click("#filter-toggle");
      assert.strictEqual((await page.fields()).status, "error", "also after a reload");
    });

    test("one message is not messages, and what a message lacks looks unlike a text", async (assert) => {
      const days = (await oracle.rows(OLD)).flatMap(({ processed_date: date }) => date ?? []);
      let minute;
      for (const date of days) {
        minute = date.slice(0, 16);
        const span = { from_date: `${minute}:00`, to_date: `${minute}:59` };
        if ((await oracle.totals(span)).count === 1) break;
      }
      const local = minute.replace(" ", "T");
      await page.load({ view: "messages", from: local, to: local, zone: "UTC" });
      assert.strictEqual(await page.count(), "1 message");
      await page.load(ALL);
      await page.filter({ status: "waiting" });
      const cells = await page.page.$$eval("[data-index] .absent", (all) =>
        all.map((cell) => [cell.textContent, getComputedStyle(cell).fontStyle]),
      );
      assert.ok(cells.length > 0);
      for (const [text, style] of cells) {
        assert.ok(["no text", UNDATED].includes(text), text);
        assert.strictEqual(style, "italic");
      }
    });

    test("another filter ends the selection", async (assert) => {
      await page.load(ALL);
      for (const key of ["j", "j"]) await page.page.keyboard.press(key);
      await page.page.waitForSelector(`${rowOf(1)}.selected`);
      await page.filter({ direction: "in" });
      assert.strictEqual(await page.page.$(".selected"), null);
    });

    test.if(
      "reload, back and forward keep filters, and a second tab has none of the numbers",
      browser === "Chromium",
      async (assert) => {
        await page.load(ALL);
        await page.filter({ sourceNumber: NUMBER });
        const before = await page.count();
        await page.page.reload();
        await page.idle();
        assert.strictEqual(await page.count(), before, "after a reload");
        assert.deepEqual(await page.chips(), [`Sender: ${NUMBER}`]);
        await page.page.goBack();
        await page.sees("4,321 messages");
        await page.page.goForward();
        await page.sees(before);
        const address = await page.page.url();
        await page.page.goto("about:blank");
        await page.page.goto(address);
        await page.idle();
        assert.strictEqual(await page.count(), "4,321 messages", "as in a second tab");
        assert.deepEqual(await page.chips(), ["Sender: not part of the link, not applied"]);
        assert.ok(address.includes("unshared=sourceNumber"), address);
        await page.press(".chips button");
        assert.deepEqual(await page.chips(), []);
        assert.notOk((await page.page.url()).includes("unshared"), "nor in a link that is sent on");
        const kept = await page.page.evaluate(() => [
          document.cookie,
          localStorage.length,
          sessionStorage.length,
        ]);
        assert.deepEqual(kept, ["", 0, 0], "no storage is used");
      },
    );

    test.if(
      "the keys j, k, Enter, / and ? work, and each shortcut is listed",
      browser === "Chromium",
      async (assert) => {
        await page.load(ALL);
        const { keyboard } = page.page;
        await page.page.focus("h1").catch(() => {});
        for (const key of ["j", "j", "j", "k"]) await keyboard.press(key);
        await page.page.waitForSelector(`${rowOf(1)}.selected`);
        await keyboard.press("Enter");
        await page.page.waitForSelector("dialog[open]");
        await keyboard.press("Escape");
        await page.page.waitForFunction(() => !document.querySelector("dialog"));
        await keyboard.press("/");
        await page.page.waitForFunction(() => document.activeElement.id === "search");
        await page.page.evaluate(() => document.activeElement.blur());
        await keyboard.press("?");
        await page.page.waitForSelector("dialog[open] kbd");
        assert.strictEqual((await page.page.$$("dialog kbd")).length, 9);
      },
    );

    test.if("a key that is held refreshes once", browser === "Chromium", async (assert) => {
      await page.load(ALL);
      const { keyboard } = page.page;
      const requests = () => page.watched.responses.filter((one) => one.url().includes("/sms/")).length;
      const hold = async (times) => {
        const before = requests();
        for (let time = 0; time < times; time += 1) {
          await keyboard.down("r");
          await page.loaded();
        }
        await keyboard.up("r");
        return requests() - before;
      };
      const once = await hold(1);
      assert.true(once > 0, "there are requests");
      assert.strictEqual(await hold(5), once);
    });

    test.if("new messages are announced, and the list stays", browser === "Chromium", async (assert) => {
      // The sandbox inserts messages of this moment.
      await page.load({ view: "messages", range: "today", zone: "UTC" });
      const before = await page.page.$eval("#content", (main) => main.innerText);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const url = new URL("/sandbox/messages", sandbox.url);
      await fetch(url, { method: "POST", body: JSON.stringify({ count: 3, age_seconds: 0 }) });
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await page.page.evaluate(() => dispatchEvent(new Event("focus")));
      await page.sees("3 new – show");
      assert.strictEqual(
        await page.page.$eval("#content", (main) => main.innerText),
        before,
        "nothing moves",
      );
      const announced = () => page.page.$eval(".actions .new", () => true).catch(() => false);
      const { held, release } = gate.holdNext();
      await page.page.evaluate(() => dispatchEvent(new Event("focus")));
      await held;
      await page.filter({ sourceNumber: "1" });
      assert.notOk(await announced(), "it is not for this filter");
      release();
      await page.page.goBack();
      await page.idle();
      assert.notOk(await announced(), "nor is what is counted late");
      await page.page.evaluate(() => dispatchEvent(new Event("focus")));
      await page.sees("3 new – show");
      await page.search("no such words");
      const { length } = gate.requests;
      await page.page.evaluate(() => dispatchEvent(new Event("focus")));
      await delay(500);
      assert.ok(gate.requests.length > length);
      assert.notOk(await announced(), "none has these words");
      await page.page.goBack();
      await page.idle();
      await page.page.evaluate(() => dispatchEvent(new Event("focus")));
      await page.sees("3 new – show");
      await page.press(".actions .new");
      assert.strictEqual(await page.count(), "3 messages");
    });

    test.if("keys act before the next frame", browser === "Chromium", async (assert) => {
      await page.load({ ...ALL, view: "overview" });
      await page.page.keyboard.press("?");
      await page.page.waitForSelector("dialog[open] kbd");
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      const seen = await page.page.evaluate(async () => {
        const press = async (key) => {
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
          for (let turn = 0; turn < 20; turn += 1) await undefined;
        };
        await press("/");
        const focused = document.activeElement.id;
        await press("?");
        return { focused, isOpen: document.querySelector("dialog")?.open };
      });
      assert.deepEqual(seen, { focused: "search", isOpen: true });
    });

    test.if("a list that grows stays where the reader scrolled", browser === "Chromium", async (assert) => {
      let [pages, release] = [0];
      const released = new Promise((resolve) => (release = resolve));
      gate.inject(async (_, pass) => {
        // The first page is enough to look at.
        if (Number(gate.lastQuery.count) > 2) pages += 1;
        if (pages > 1) await released;
        pass();
      });
      try {
        const address = new URLSearchParams({ ...ALL, status: "success" });
        await page.page.goto(`${page.origin}/?${address}`);
        await page.page.waitForSelector(`${rowOf(0)} button`);
        const before = await page.count();
        await page.page.click(`${rowOf(0)} button`);
        await page.page.waitForSelector("dialog[open]");
        await page.page.keyboard.press("Escape");
        await page.page.waitForFunction(() => !document.querySelector("dialog"));
        await page.page.$eval(".list-frame", (frame) => (frame.scrollTop = 2_000));
        await page.page.waitForSelector(rowOf(50));
        release();
        await page.idle();
        assert.notStrictEqual(await page.count(), before);
        assert.strictEqual(await page.page.$eval(".list-frame", ({ scrollTop }) => scrollTop), 2_000);
      } finally {
        gate.clear();
        release();
      }
    });

    test.if("back closes the details of a message for good", browser === "Chromium", async (assert) => {
      await page.load({ ...ALL, view: "overview" });
      await page.pressText("Messages", "nav");
      await page.page.waitForSelector(`${rowOf(0)} button`);
      await page.page.click(`${rowOf(0)} button`);
      await page.page.waitForSelector("dialog[open]");
      await page.page.goBack();
      await page.page.waitForSelector("[data-figure]");
      await page.pressText("Messages", "nav");
      await page.page.waitForSelector(`${rowOf(0)} button`);
      assert.strictEqual(await page.page.$("dialog"), null);
    });
  });
}
