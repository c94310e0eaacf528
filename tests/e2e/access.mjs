/** Accessibility: axe-core for every view and state, in both themes; and phones, keyboards and other languages. */
import { readdir, readFile } from "node:fs/promises";
import { build } from "esbuild";
import { WWW } from "../../www/demo/build.mjs";

const ALL = { from: "2025-12-20", to: "2025-12-31", zone: "UTC" };
/** The words of the page that are the same in both languages. */
const SAME_WORDS = ["Code", "Enter", "Esc", "Filter", "Format", "Status", "Text"];
const PHONE = { width: 390, height: 844 };

export default function access(QUnit, { gate, open, closeAfterFaults }) {
  const { module, test } = QUnit;

  module("accessibility", (hooks) => {
    let page;
    let axe;
    hooks.before(async () => {
      axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
    });
    hooks.beforeEach(async () => {
      page = await open();
    });
    hooks.afterEach((assert) => closeAfterFaults(page, assert));

    /** Asserts that axe finds nothing against WCAG A and AA, in both themes. */
    async function check(assert, state) {
      for (const theme of ["light", "dark"]) {
        await page.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
        await page.page.evaluate(axe);
        const found = await page.page.evaluate(async () => {
          const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
          const { violations } = await globalThis.axe.run(document, { runOnly: tags });
          return violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3)}`,
          );
        });
        assert.deepEqual(found, [], `${state}, ${theme}`);
      }
    }

    test("signed out", async (assert) => {
      await page.page.goto(page.origin);
      await check(assert, "the sign-in");
    });

    test("the views, their forms and their dialogs", async (assert) => {
      await page.signIn();
      await page.load({ ...ALL, unshared: "text" });
      await page.sees("compared with");
      await page.page.$$eval("figure details", (all) => {
        for (const one of all) one.open = true;
      });
      await page.page.click("#filter-toggle");
      await page.page.select("[name=range]", "times");
      await page.page.$eval("[name=to]", (field) => (field.value = ""));
      await page.page.click(".range form button");
      await page.page.waitForSelector("#bad-range");
      await check(assert, "overview, with tables, filters, a chip that is not used, and a wrong range");
      await page.load({ ...ALL, view: "costs" });
      await check(assert, "costs");
      await page.load({ ...ALL, view: "messages", direction: "out", status: "error" });
      await page.search("5550");
      await page.page.click("#filter-toggle");
      await check(assert, "messages, with chips, filters and a search for an id");
      await page.page.click("[data-index='0'] .time button");
      await page.page.waitForSelector("dialog[open]");
      await check(assert, "details");
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      await page.pressText("Export messages…", ".actions");
      await page.page.waitForSelector("dialog .export");
      await check(assert, "export");
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      await page.pressText("Help", ".reader");
      await page.page.waitForSelector("dialog kbd");
      await check(assert, "help");
    });

    test("loading, empty and failed", async (assert) => {
      await page.signIn();
      const { held, release } = gate.holdNext();
      await page.page.goto(`${page.origin}/?${new URLSearchParams(ALL)}`);
      await held;
      await page.page.waitForSelector("#content[aria-busy=true]");
      await check(assert, "loading");
      release();
      await page.idle();
      await page.load({ from: "2020-01-01", to: "2020-01-02" });
      await check(assert, "empty");
      await page.load({ view: "messages", from: "2020-01-01", to: "2020-01-02", status: "error" });
      await check(assert, "no messages");
      await page.load({ ...ALL, status: "error" });
      await check(assert, "overview, with a filter of the messages");
      gate.respond(JSON.stringify({ error: { code: 104, msg: "" } }));
      await page.page.goto(`${page.origin}/?${new URLSearchParams(ALL)}`);
      await page.page.waitForSelector("[role=alert]");
      await check(assert, "failed");
    });

    test("on a phone there is no sideways scrolling, and rows are cards near the top", async (assert) => {
      await page.page.setViewport(PHONE);
      await page.signIn();
      for (const view of ["overview", "messages", "costs"]) {
        await page.load({ ...ALL, view });
        const width = await page.page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= PHONE.width, `${view} is ${width} wide`);
        if (view !== "costs") await check(assert, `${view}, on a phone`);
      }
      await page.load({ ...ALL, view: "messages" });
      const card = await page.page.$eval("[data-index='0']", (row) => {
        const { top, right, height } = row.getBoundingClientRect();
        return { top, right, height };
      });
      assert.ok(card.top < 460, `the first card begins at ${card.top}`);
      assert.ok(card.right <= PHONE.width && card.height > 90, JSON.stringify(card));
    });

    test("on 2,560 pixels the charts are side by side, and nothing is wider than the window or its card", async (assert) => {
      await page.page.setViewport({ width: 2_560, height: 1_300 });
      await page.signIn();
      await page.load(ALL);
      const tops = await page.page.$$eval("figure", (all) =>
        all.map((one) => one.getBoundingClientRect().top),
      );
      assert.strictEqual(new Set(tops).size, 1, `${tops}`);
      assert.ok((await page.page.evaluate(() => document.documentElement.scrollWidth)) <= 2_560);
      await page.page.setViewport({ width: 1_280, height: 900 });
      const wide = await page.page.$$eval(".top", (cards) =>
        cards.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel),
      );
      assert.deepEqual(wide, []);
    });

    test("on 1,024 pixels times, statuses and costs are whole", async (assert) => {
      await page.page.setViewport({ width: 1_024, height: 768 });
      await page.signIn();
      await page.load({ ...ALL, view: "messages" });
      const cells = await page.page.$$eval(".list-frame :is(.time, .time .link, .status, .cost)", (all) =>
        all.map((one) => ({ text: one.textContent, isCut: one.scrollWidth > one.clientWidth })),
      );
      assert.ok(cells.length > 0);
      assert.deepEqual(
        cells.filter(({ isCut }) => isCut),
        [],
      );
      const isWide = (frame) => frame.scrollWidth > frame.clientWidth;
      assert.false(await page.page.$eval(".list-frame", isWide));
    });

    test("the second language has its words, formats and catalogue", async (assert) => {
      await page.signIn();
      await page.load({ ...ALL, lang: "de" });
      const text = await page.page.evaluate(() => [document.documentElement.lang, document.body.innerText]);
      assert.strictEqual(text[0], "de");
      for (const word of ["Gesendet", "Zugestellt", "Zeitraum", "verglichen mit"])
        assert.ok(text[1].includes(word), word);
      assert.ok(/\d,\d{4}/.test(text[1]), "a comma is the decimal sign");
      // Its longer words leave the dates the least room.
      await page.page.setViewport(PHONE);
      const fields = await page.page.$$eval(".range form :is(input, button)", (all) =>
        all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
      );
      const isBeside = ({ left }, index) => index === 0 || left >= fields[index - 1].right;
      assert.ok(fields.length === 3 && fields.every(isBeside), JSON.stringify(fields));
    });

    test("no view and no dialog of the second language has words of the first", async (assert) => {
      const [english, german] = await Promise.all(["en", "de"].map(phrasesOf));
      assert.deepEqual([...new Set(english)].filter((phrase) => german.includes(phrase)).sort(), SAME_WORDS);
      const foreign = english.filter((phrase) => !german.some((own) => own.includes(phrase)));
      assert.ok(foreign.length > 150, `${foreign.length} phrases`);
      await page.signIn();
      const check = async (state) => {
        const texts = await page.page.evaluate(shownTexts);
        // Texts of messages and errors are in English: there, one word says nothing.
        const isForeign = (text) =>
          /undefined|NaN|\[object|=>/.test(text) ||
          foreign.some((phrase) => text === phrase || (phrase.includes(" ") && text.includes(phrase)));
        assert.ok(texts.length > 20, state);
        assert.deepEqual(texts.filter(isForeign), [], state);
      };
      for (const view of ["overview", "costs", "messages"]) {
        await page.load({ ...ALL, view, lang: "de", status: "error", unshared: "text" });
        await page.page.click("#filter-toggle");
        await check(view);
      }
      await page.page.click("[data-index='0'] .time button");
      await page.page.waitForSelector("dialog[open] .details");
      await check("details");
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      await page.pressText("Nachrichten exportieren…", ".actions");
      await page.page.waitForSelector("dialog[open] .export");
      await check("export");
      await page.page.keyboard.press("Escape");
      await page.page.waitForFunction(() => !document.querySelector("dialog"));
      await page.pressText("Hilfe", ".reader");
      await page.page.waitForSelector("dialog[open] kbd");
      await check("help");
    });

    test("Tab reaches the views, the range, the actions and the filters in this order", async (assert) => {
      await page.signIn();
      await page.load(ALL);
      const order = [];
      for (let presses = 0; presses < 30; presses += 1) {
        await page.page.keyboard.press("Tab");
        order.push(
          await page.page.evaluate(() => {
            const { name, textContent, ariaLabel } = document.activeElement;
            return name || ariaLabel || textContent;
          }),
        );
      }
      const places = [
        "Overview",
        "Messages",
        "Costs",
        "lang",
        "range",
        "zone",
        "Refresh",
        "Export messages…",
        "Filter",
      ];
      const found = places.map((place) => order.indexOf(place));
      assert.ok(
        found.every((place) => place >= 0),
        `${order}`,
      );
      assert.deepEqual(
        found,
        [...found].sort((one, other) => one - other),
        `${order}`,
      );
    });
  });
}

/** Returns the texts that the page shows, and those of its controls. Runs in the page. */
function shownTexts() {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode.data);
  for (const element of document.querySelectorAll("#app *"))
    texts.push(element.ariaLabel, element.title, element.placeholder);
  return [...new Set(texts.flatMap((text) => text?.trim() || []))];
}

/** Returns the phrases of all catalogues in a language: texts, and the parts of texts between their values. */
async function phrasesOf(language) {
  const folder = `${WWW}src/page/i18n/`;
  const phrases = [];
  const collect = (words) => {
    // Every parameter is a number or its text.
    const text = typeof words === "function" ? words(...Array(4).fill("\0")) : words;
    if (typeof text === "string") phrases.push(...text.split("\0"));
    else for (const part of Object.values(text)) collect(part);
  };
  for (const file of await readdir(folder)) {
    if (file === "index.ts" || (/^(en|de)\.ts$/.test(file) && file !== `${language}.ts`)) continue;
    const index = `export const language = "${language}"; export const t = new Proxy({}, { get: () => "\\0" });`;
    const { outputFiles } = await build({
      entryPoints: [folder + file],
      bundle: true,
      format: "esm",
      write: false,
      plugins: [
        {
          name: "language",
          setup: ({ onLoad }) => onLoad({ filter: /i18n.index\.ts$/ }, () => ({ contents: index })),
        },
      ],
    });
    const script = Buffer.from(outputFiles[0].contents).toString("base64");
    const url = `data:text/javascript;base64,${script}`;
    collect({ ...(await import(url)) });
  }
  return phrases.map((phrase) => phrase.trim()).filter((phrase) => /\p{L}{3}/u.test(phrase));
}
