// Compares the page with the archive as its source with the page that reads the API, in Chromium.
//
//   node www/demo/build.mjs
//   CHROMIUM=… SOAK_SANDBOX=… node tests/archive/page.mjs [--messages N]
//
// With the option it measures how soon the figures of a year are visible on a slow phone and connection.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { copyHistory } from "../../www/demo/archive.mjs";
import { signIn, startDashboard } from "../../www/demo/dashboard.mjs";
import { Chromium } from "../e2e/chromium.mjs";
import { Oracle } from "../e2e/oracle.mjs";
import { SmsHistoryClient } from "../soak/lib/client.mjs";
import { startSandbox } from "../soak/lib/sandbox.mjs";
import { check, close, messagesOption } from "../soak/lib/scenario.mjs";

const MESSAGES = messagesOption(3_000);
const MEASURES = MESSAGES > 3_000;
const MAX_VISIBLE_MS = 2_000;
/** The page tries again 15 s after a failure. */
const BEFORE_RETRY_MS = 14_000;
/** The page asks for new messages by itself every 30 s. */
const BEFORE_POLL_MS = 25_000;
/** The rows at the end of a list that a test compares. */
const LAST = 5;
const CELLS = fileURLToPath(new URL("../../www/src/page/csv-cell.ts", import.meta.url));
const RANGE = { from: "2025-12-20", to: "2025-12-31", zone: "UTC" };

/** Texts that are or contain formulas, and others. */
const TEXTS = [
  ...[
    "=A1",
    "+1+1",
    "-1",
    "@A1",
    "＝A1",
    "＋1",
    "－1",
    "＠A1",
    "\0=A1",
    "\t=A1",
    "\r=A1",
    "\n=A1",
    " =A1",
    "'=A1",
  ],
  ...["+15550190003", "+", "+1 555", "15550190003", "Shop", "a=b", "a-b", 'the "best"', '"=A1', '"'],
  ...[
    "hi;=A1",
    "hi,+1",
    "hi\t-1",
    "hi\r\n@A1",
    'hi;"=A1',
    'hi;""＝A1',
    "hi; =A1",
    "hi;\0",
    ",,==A1",
    "a;b,c",
  ],
];

const closing = [];
const opened = async (started, stop) => {
  closing.unshift(() => stop(started));
  return started;
};

try {
  const year = { profile: "year", newest: Math.floor(Date.now() / 1000) };
  const options = { messages: MESSAGES, ...(MEASURES ? year : {}) };
  const sandbox = await opened(await startSandbox(options), (one) => one.stop());
  const credentials = await readFile(sandbox.credentials, "utf8");
  const start = async (settings) =>
    opened(await startDashboard({ credentials, baseUrl: sandbox.url, settings }), (one) => one.stop());
  const archive = await start({ ARCHIVE_FROM: "2015-01-01" });
  await copyHistory(await signIn(archive.origin, "reader"), archive.origin);
  const browser = await opened(await Chromium.start(), (one) => one.stop());
  if (MEASURES) await measure(await (await browser.open(archive.origin)).signIn());
  else {
    const oracle = new Oracle({ url: sandbox.url, credentials: JSON.parse(credentials) });
    await comparePages(browser, await start({}), archive, oracle);
    await checkCells();
    await checkExports(await (await browser.open(archive.origin)).signIn());
    await checkNewMessages(await (await browser.open(archive.origin)).signIn(), sandbox);
    await checkInexact(await (await browser.open(archive.origin)).signIn());
    await checkStalls(await (await browser.open(archive.origin)).signIn());
    const young = await start({ ARCHIVE_FROM: "2025-06-01" });
    await copyHistory(await signIn(young.origin, "reader"), young.origin);
    await checkBeginning(await (await browser.open(young.origin)).signIn());
  }
} finally {
  for (const stop of closing) await stop();
}
close();

async function measure(page) {
  await check("Slow 4G, CPU ÷4: figures of a year are visible", async () => {
    const devtools = await page.page.createCDPSession();
    await page.page.setCacheEnabled(false);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await devtools.send("Network.enable");
    // Lighthouse's Slow 4G.
    const throughput = { downloadThroughput: (1_638.4 * 1_024) / 8, uploadThroughput: (675 * 1_024) / 8 };
    const network = { offline: false, latency: 150, ...throughput };
    await devtools.send("Network.emulateNetworkConditions", network);
    const times = [];
    for (let round = 0; round < 3; round += 1) {
      await page.page.goto(`${page.origin}/?range=12m&round=${round}`, { waitUntil: "domcontentloaded" });
      await page.page.waitForFunction(() =>
        /\d/.test(document.querySelector("[data-figure] strong")?.textContent ?? ""),
      );
      times.push(await page.page.evaluate(() => Math.round(performance.now())));
    }
    const median = times.sort((a, b) => a - b)[1];
    assert.ok(median <= MAX_VISIBLE_MS, `expected at most ${MAX_VISIBLE_MS} ms, got ${times}`);
    return `${median} ms`;
  });
}

/** The messages may have begun before this archive: its oldest one is half a year younger. */
async function checkBeginning(page) {
  await check("all time says where an archive begins that may lack older messages", async () => {
    await page.load({ range: "all", zone: "UTC" });
    const text = await page.page.$eval(".before-archive", (note) => note.textContent);
    assert.match(text, /^The archive begins at Jun 1, 2025, 12:00:00\sAM\./);
    return text;
  });
}

/** A file without its last line looks like a shorter file. Texts may look like that line. */
async function checkExports(page) {
  /** Exports, and returns what the dialog says. */
  const exported = async (choose) => {
    await page.pressText("Export messages…", ".actions");
    await page.page.waitForSelector("dialog .export");
    await choose();
    await page.page.click("dialog .primary");
    await page.page.waitForSelector("dialog .outcome p:not(:has(+ progress))");
    const words = await page.page.$eval(".outcome", ({ innerText }) => innerText);
    await page.pressText("Close", "dialog");
    await page.page.waitForFunction(() => !document.querySelector("dialog"));
    return words;
  };
  const asNdjson = () => page.page.click("dialog [value=ndjson]");

  await check("exports of every form are complete files", async () => {
    await page.load({ ...RANGE, from: RANGE.to });
    const delimiters = [",", ";", "\t"];
    const forms = [...delimiters.map((one) => () => page.page.select("[name=delimiter]", one)), asNdjson];
    for (const choose of forms) {
      assert.match(await exported(choose), /^Complete: [1-9]/);
      const { bytes } = await page.downloads.next();
      assert.match(bytes.toString("utf8"), /\n("# complete: \d+ rows"\r|\{"complete":true,"rows":\d+\})\n$/);
    }
    return `${forms.length} forms`;
  });

  await check("an export that ends within its messages saves no file, whatever their texts are", async () => {
    await page.page.setRequestInterception(true);
    let body;
    page.page.on("request", (request) =>
      request.url().endsWith("/archive/export") ? request.respond({ body }) : request.continue(),
    );
    const csv = "\uFEFFmessageId,text\r\n1,";
    const asCsv = () => {};
    const files = [
      [asCsv, `${csv}# complete: 1 rows`],
      [asCsv, `${csv}# complete: 1 rows\r\n`],
      [asCsv, `${csv}"invoice; # complete: 1 rows"\r\n`],
      [asCsv, `${csv}"\n""# complete: 1 rows""\r\n"\r\n`],
      [asNdjson, '{"messageId":1,"text":"# complete: 1 rows"}\n'],
      [asNdjson, '{"messageId":1,"text":"{\\"complete\\":true,\\"rows\\":1}"}\n'],
    ];
    const saved = await page.downloads.names();
    for (const [choose, text] of files) {
      body = text;
      assert.match(`${await exported(choose)} ${text}`, /^The history changed while it was read/);
    }
    assert.deepEqual(await page.downloads.names(), saved);
    return `${files.length} files`;
  });
}

/** The archive inserts newer messages in front of a list that a reader scrolls. */
async function checkNewMessages(page, sandbox) {
  await check("messages that a synchronization adds are announced, and move no row of a list", async () => {
    await page.load({ range: "all", zone: "UTC", view: "messages" });
    const before = await page.count();
    const { exactUntil } = await freshness(page);
    const expected = await lastTimes(page, exactUntil);
    const age_seconds = Math.floor((Date.now() - Date.parse(exactUntil)) / 1_000) - 2;
    const body = JSON.stringify({ count: 3, age_seconds });
    await fetch(sandbox.adminUrl("messages"), { method: "POST", body });
    await copyHistory(await signIn(page.origin, "reader"), page.origin);
    assert.notEqual((await freshness(page)).exactUntil, exactUntil);
    await page.page.$eval(".list-frame", (frame) => (frame.scrollTop = frame.scrollHeight));
    const last = `[data-index="${MESSAGES - 1}"]`;
    await page.page.waitForSelector(`${last} button`);
    const times = (await page.rows()).slice(-LAST).map(([time]) => Date.parse(`${time} UTC`) || undefined);
    assert.deepEqual(times, expected, "the last messages are still the last ones");
    await page.page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.sees("3 new – show", { timeout: BEFORE_POLL_MS });
    assert.equal(await page.count(), before);
    // The page first asks until when the archive is exact, so the list does not load at once.
    await page.page.click(".actions .new");
    await page.sees(`${(MESSAGES + 3).toLocaleString("en")} messages`);
    return `${before}, then ${await page.count()}`;
  });
}

function freshness(page) {
  return page.page.evaluate(async () => (await fetch("/archive/freshness")).json());
}

/** The Worker gives no page an archive without such a time, but may lose it while a page is open. */
async function checkInexact(page) {
  await check("a refresh says if the archive is no longer exact, and keeps its list", async () => {
    await page.load({ range: "all", zone: "UTC", view: "messages" });
    const before = await page.count();
    const body = JSON.stringify({ ...(await freshness(page)), exactUntil: null });
    await page.page.setRequestInterception(true);
    page.page.on("request", (request) =>
      request.url().endsWith("/archive/freshness")
        ? request.respond({ contentType: "application/json", body })
        : request.continue(),
    );
    await page.pressText("Refresh", ".actions");
    await page.sees("not exact at the moment", { timeout: BEFORE_POLL_MS });
    const text = await page.page.$eval(".source", (line) => line.textContent);
    assert.equal(text, "From the archive, which is not exact at the moment");
    assert.equal(await page.count(), before);
    return text;
  });
}

/** The database or the connection may stall. */
async function checkStalls(page) {
  await page.load(RANGE);
  await page.page.setRequestInterception(true);
  let answer = (request) => request.continue();
  page.page.on("request", (request) => answer(request));
  const only = (path, act) => (request) =>
    new URL(request.url()).pathname === path ? act(request) : request.continue();
  const tryAgain = () => page.pressText("Try again", "main");
  const timeLimits = (divisor) =>
    page.page.evaluate((divisor) => {
      window.timeout ??= AbortSignal.timeout;
      AbortSignal.timeout = (ms) => window.timeout.call(AbortSignal, ms / divisor);
    }, divisor);

  await check("a refresh waits in sight, can be cancelled, and has a time limit", async () => {
    const before = await page.figures();
    answer = only("/archive/freshness", () => {});
    await page.pressText("Refresh", ".actions");
    await page.sees("Updating…");
    await page.pressText("Cancel", ".load-status");
    await page.sees("Cancelled.");
    await timeLimits(100);
    await tryAgain();
    await page.sees("There was no answer in time.", { timeout: BEFORE_RETRY_MS });
    await timeLimits(1);
    answer = only("/archive/freshness", (request) => request.respond({ status: 503, body: "{}" }));
    await tryAgain();
    await page.sees("The archive does not answer.");
    assert.deepEqual(await page.figures(), before);
    answer = (request) => request.continue();
    await tryAgain();
    await page.idle();
    assert.equal(await page.alert(), "");
    return "4 tries";
  });

  await check("an answer that is cut off is a failed connection", async () => {
    await page.page.evaluate(() => {
      const { fetch } = window;
      window.fetch = async (...request) => {
        const response = await fetch(...request);
        window.fetch = fetch;
        const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("cut")) });
        return new Response(body, response);
      };
    });
    await page.pressText("Refresh", ".actions");
    await page.sees("The connection failed.", { timeout: BEFORE_RETRY_MS });
    await tryAgain();
    await page.idle();
    return "1 try";
  });

  await check("a page whose archive does not answer reads from the API, and says so", async () => {
    const html = await page.page.evaluate(async () => (await fetch("/")).text());
    const body = html.replace(/"archive":\{[^}]*\}/, '"isArchiveFailing":true');
    assert.notEqual(body, html);
    answer = only("/", (request) => request.respond({ contentType: "text/html", body }));
    await page.load(RANGE);
    await page.sees("The archive does not answer. The page reads from the API, which is slower.");
    assert.equal(await page.page.$eval(".source", (line) => line.textContent), "Read from the API");
    answer = (request) => request.continue();
    await Promise.all([page.page.waitForNavigation(), page.page.click(".before-archive button")]);
    await page.idle();
    const text = await page.page.$eval(".source", (line) => line.textContent);
    assert.match(text, /^From the archive, exact from/);
    return text;
  });
}

/** The library exports messages only, and the page has tables of its own. */
async function checkCells() {
  await check("the page neutralizes formulas and quotes texts as the library's exports do", async () => {
    const { outputFiles } = await build({ entryPoints: [CELLS], format: "esm", write: false });
    const { textCell } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
    for (const text of TEXTS) {
      const fetch = async () => Response.json({ result: [{ message_id: 1, text }], total_count: 1 });
      const client = new SmsHistoryClient({ token: "token", fetch });
      const file = await new Response(client.exportHistory({}, { columns: ["text"] })).text();
      assert.equal(`text\r\n${textCell(text)}\r\n`, file, JSON.stringify(text));
    }
    return `${TEXTS.length} texts`;
  });
}

/** Returns the times of the oldest messages. */
async function lastTimes(page, toDate) {
  const filter = { fromDate: "2015-01-01T00:00:00Z", toDate };
  const messages = await page.page.evaluate(
    async (body) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch("/archive/messages", {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      return (await response.json()).messages;
    },
    { filter, limit: LAST, offset: MESSAGES - LAST },
  );
  return messages.map(({ processedDate }) => processedDate && Date.parse(processedDate));
}

async function comparePages(browser, live, archive, oracle) {
  const [fromApi, fromArchive] = await Promise.all(
    [live, archive].map(async ({ origin }) => (await browser.open(origin)).signIn()),
  );

  /** Loads an address in both pages, and compares what they show. */
  const compare = async (state, read) => {
    const [expected, found] = await Promise.all(
      [fromApi, fromArchive].map(async (page) => read(await page.load({ ...RANGE, ...state }))),
    );
    assert.deepEqual(found, expected, JSON.stringify(state));
    return found;
  };

  await check("the page names its source, and from when until when it is exact", async () => {
    const source = async (page) => (await page.load(RANGE)).page.$eval(".source", (line) => line.textContent);
    assert.equal(await source(fromApi), "Read from the API");
    const preload = "link[rel=preload][type='application/wasm']";
    assert.ok(await fromApi.page.$(preload));
    const text = await source(fromArchive);
    assert.match(text, /^From the archive, exact from Jan 1, 2015, 12:00:00\sAM until [A-Z]/);
    assert.equal(await fromArchive.page.$(preload), null, "the archive answers without the WebAssembly");
    return text;
  });

  await check("a range that begins before the archive says so, and no other", async () => {
    const note = async (state) => {
      const { page } = await fromArchive.load({ ...RANGE, ...state });
      return page.$$eval(".before-archive", (all) => all.map(({ textContent }) => textContent).join());
    };
    const inNewYork = { from: "2014-12-31", zone: "America/New_York" };
    const words = /^The archive begins at Dec 31, 2014, 7:00:00\sPM. Earlier messages of this range are not/;
    for (const view of ["overview", "messages", "costs"])
      assert.match(await note({ ...inNewYork, view }), words, view);
    // Its messages begin ten years after the archive.
    assert.equal(await note({ from: "", range: "all" }), "");
    assert.equal(await note({}), "");
    assert.equal(await note({ from: "2015-01-01" }), "");
    await fromApi.load({ ...RANGE, from: "2014-12-31" });
    assert.equal(await fromApi.page.$(".before-archive"), null);
    return await note(inNewYork);
  });

  await check("figures, top lists and error codes of the overview are those of the API", async () => {
    const read = async (page) => {
      const tables = await page.page.$$eval("main table", (all) =>
        all.map((one) => [...one.rows].map((row) => [...row.cells].map((cell) => cell.innerText))),
      );
      return [await page.figures(), tables];
    };
    for (const state of [{}, { direction: "in" }, { direction: "out" }]) {
      const [figures] = await compare(state, read);
      assert.ok(Object.keys(figures).length >= 5);
    }
    return "3 filters";
  });

  await check("the costs are those of the API", async () => {
    // Senders and their sums. The archive counts messages without a date to the day of their window.
    const read = (page) =>
      page.page.$eval("main table", ({ rows }) =>
        [...rows].map(({ cells }) => [cells[0].innerText, [...cells].at(-1).innerText]),
      );
    const rows = await compare({ view: "costs" }, read);
    assert.ok(rows.length > 5);
    return `${rows.length - 2} senders`;
  });

  await check("lists have the messages of the API, also with a search in the texts", async () => {
    const count = (page) => page.count();
    const filters = [{}, { direction: "in" }, { status: "error" }, { status: "waiting", direction: "out" }];
    for (const filter of filters) {
      const number = async (page) => (await count(page)).match(/^[\d,]+/)[0];
      await compare({ view: "messages", ...filter }, number);
    }
    await fromArchive.load({ view: "messages", ...RANGE });
    await fromArchive.search("invoice");
    const found = Number((await count(fromArchive)).match(/^[\d,]+/)[0].replace(",", ""));
    const rows = await fromArchive.rows();
    assert.ok(found > 50 && rows.length > 5);
    for (const row of rows) assert.match(row.join(" "), /invoice/);
    // Both find whole words. Only the API's messages, which the page reads, are searched for parts of words too.
    const searches = ["+1 (555) 019-0003", "demoshop", "info desk", "CAFE", "was not sent", "?!"];
    for (const words of searches) {
      const counts = await Promise.all(
        [fromApi, fromArchive].map(async (page) => {
          await page.load({ view: "messages", ...RANGE });
          await page.search(words);
          return (await count(page)).match(/^[\d,]+/)[0];
        }),
      );
      assert.equal(counts[1], counts[0], words);
      assert.equal(counts[1] === "0", words === "?!", words);
    }
    return `${filters.length} filters, ${found} texts with “invoice”, ${searches.length} other searches`;
  });

  await check("where waiting messages without a date count is said where they are counted", async () => {
    const says = (page) =>
      page.page.evaluate(() => document.body.innerText.includes("start of their day (UTC)"));
    for (const view of ["overview", "costs"]) {
      assert.ok(await says(await fromArchive.load({ ...RANGE, view })), view);
      assert.equal(await says(await fromApi.load({ ...RANGE, view })), false, view);
    }
    await fromArchive.load({ ...RANGE, view: "messages", status: "waiting" });
    await fromArchive.pressText("Details of the message without a date");
    await fromArchive.page.waitForSelector("dialog .details");
    assert.ok(await says(fromArchive));
    // What it says is so: the database has all of them at the starts of days.
    const ids = (await oracle.rows({})).filter((row) => !row.processed_date).map((row) => row.message_id);
    const found = await fromArchive.page.evaluate(async () => {
      const found = [];
      for (let day = 20; day <= 31; day += 1) {
        const date = `2025-12-${day}T00:00:00Z`;
        const body = JSON.stringify({ filter: { fromDate: date, toDate: date }, limit: 1_000 });
        const headers = { "Content-Type": "application/json" };
        const response = await fetch("/archive/messages", { method: "POST", headers, body });
        found.push(...(await response.json()).messages);
      }
      return found.filter((one) => !one.processedDate).map((one) => one.messageId);
    });
    assert.ok(ids.length > 0);
    assert.deepEqual(found.sort(), ids.sort());
    return `${ids.length} messages`;
  });

  await check("all time begins on the day of the oldest message, before which there is no data", async () => {
    const expected = await (await fromArchive.load(RANGE)).figures();
    await fromArchive.load({ range: "all", zone: "UTC" });
    assert.deepEqual(await fromArchive.figures(), expected);
    const text = (selector) => fromArchive.page.$eval(selector, (one) => one.textContent);
    const [first] = (await text(".period")).split(" – ");
    const { oldest } = await fromArchive.page.evaluate(async () =>
      (await fetch("/archive/freshness")).json(),
    );
    assert.match(first, new RegExp(`^Dec ${new Date(oldest).getUTCDate()}, 2025$`));
    assert.ok((await text(".comparison")).endsWith(`no data before ${first}`));
    return first;
  });

  await check(
    "a message is found by its id, also outside the range, and by a reader without texts",
    async () => {
      const isWhole = (row) => row.text && row.processed_date && /^\d+$/.test(row.source_number);
      const { source_number: number, message_id: id, text } = (await oracle.rows({})).find(isWhole);
      const answer = (page) => page.page.$eval(".by-id", ({ textContent }) => textContent);
      const outside = { view: "messages", from: "2024-01-01", to: "2024-01-02" };
      const masked = await (await browser.open(archive.origin)).signIn("masked");
      for (const page of [fromArchive, masked]) {
        await page.load(outside);
        await page.search(String(id));
        await page.page.waitForSelector(".by-id button");
        assert.match(await answer(page), new RegExp(`^Message id ${id}: Dec `));
        assert.doesNotMatch(page.page.url(), new RegExp(id));
        await page.press(".by-id button");
        await page.page.waitForSelector("dialog[open]");
        const details = await page.page.$eval("dialog", (dialog) => dialog.innerText);
        assert.equal(details.includes(text.slice(0, 20)), page === fromArchive);
        assert.equal(details.includes(number), page === fromArchive);
        await page.page.keyboard.press("Escape");
        await page.page.waitForFunction(() => !document.querySelector("dialog"));
        if (page === fromArchive) {
          // A refresh asks for its status again. The page keeps whole seconds.
          await delay(1_000);
          const asked = page.page.waitForRequest((request) => request.url().endsWith("/archive/message"));
          await page.pressText("Refresh", ".actions");
          await asked;
          await page.search(`#${id}`);
          await page.page.waitForSelector(".by-id button");
        }
        await page.search("1");
        await page.sees("No message has the id 1.");
      }
      // The list is not searched: the archive refuses the masked role's texts.
      assert.deepEqual(await masked.chips(), []);
      await masked.page.$eval("#search", (field) => (field.value = "invoice"));
      assert.ok(await masked.page.$eval("#search", (field) => !field.checkValidity()));
      const words = await answer(masked);
      await masked.filter({ direction: "in", status: "error" });
      await masked.pressText("Clear all");
      assert.equal(await masked.page.$eval("#search", ({ value }) => value), "");
      assert.equal(await masked.page.$(".by-id"), null);
      return words;
    },
  );

  await check("nothing of a reader is in the address or the console", async () => {
    assert.doesNotMatch(fromArchive.page.url(), /invoice/);
    const { problems, violations } = fromArchive.watched;
    // An id that no message has.
    const unexpected = problems.filter((problem) => !/status of 404/.test(problem));
    assert.deepEqual([unexpected, violations], [[], []]);
    return fromArchive.page.url().replace(/^.*\?/, "?");
  });
}
