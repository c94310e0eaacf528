// Drives the page as its reader does, and reads what it shows.

/** The time limit of each step. On a busy machine a view takes ten seconds. */
const TIMEOUT_MS = 60_000;

export class DashboardPage {
  /** @param {import("puppeteer-core").Page} page @param {string} origin */
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    page.setDefaultTimeout(TIMEOUT_MS);
  }

  /** Signs in by the demo's sign-in, as its form does. Loads no view. @param {"reader" | "masked"} role */
  async signIn(role = "reader") {
    await this.page.goto(this.origin);
    const type = await this.page.evaluate(async (role) => {
      const response = await fetch(`/auth/demo/${role}`, { method: "POST", redirect: "manual" });
      return response.type;
    }, role);
    if (type !== "opaqueredirect") throw new Error(`the demo's sign-in: expected a redirect, got ${type}`);
    return this;
  }

  /** Loads an address, and waits until its view is there. @param {Record<string, string>} state */
  async load(state = {}) {
    await this.page.goto(`${this.origin}/?${new URLSearchParams(state)}`);
    return this.idle();
  }

  /** Waits until nothing is loading. */
  async idle() {
    await this.#waitFor("#content[aria-busy=false]");
    return this;
  }

  /** Waits until the overview has read the previous period, which is its last one. */
  async compared() {
    await this.page.waitForFunction(() =>
      /^compared with [^…]+$/.test(document.querySelector(".comparison")?.textContent),
    );
  }

  /** Waits until the page shows an error. */
  async failed() {
    await this.#waitFor("[role=alert]");
    return this;
  }

  async #waitFor(selector) {
    try {
      await this.page.waitForSelector(selector);
    } catch (error) {
      if (await this.page.$(selector)) return;
      // Without the choices of the header, which come first.
      const text = await this.page.$eval("#content", ({ innerText }) => innerText).catch(() => "nothing");
      throw new Error(`${error.message}; the view says: ${text.slice(0, 500)}`);
    }
  }

  /** Clicks, and waits until nothing is loading. */
  async press(selector) {
    await this.page.click(selector);
    return this.loaded();
  }

  /** Waits until what a click or a key has started is there. */
  async loaded() {
    // The view begins to load in the next microtasks.
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    return this.idle();
  }

  /** Clicks the button or link with a text. */
  async pressText(text, within = "body") {
    const isFound = await this.page.evaluate(
      (text, within) => {
        const found = [...document.querySelectorAll(`${within} :is(button, a)`)].find(
          (one) => one.textContent.trim() === text || one.ariaLabel === text,
        );
        found?.click();
        return found !== undefined;
      },
      text,
      within,
    );
    if (!isFound) throw new Error(`no button or link “${text}”`);
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }

  /** Opens the form of filters, sets fields by name, and applies them. */
  async filter(fields) {
    // Not by the pointer: a dialog that closes may still be in its way.
    if (!(await this.page.$("#filter-form")))
      await this.page.$eval("#filter-toggle", (toggle) => toggle.click());
    await this.page.waitForSelector("#filter-form");
    await this.page.evaluate((fields) => {
      const form = document.getElementById("filter-form");
      for (const [name, value] of Object.entries(fields)) form.elements.namedItem(name).value = value;
      form.requestSubmit();
    }, fields);
    return this.loaded();
  }

  /** Returns what the fields of the form of filters show, by name. */
  fields() {
    return this.page.$eval("#filter-form", (form) => Object.fromEntries(new FormData(form)));
  }

  async search(words) {
    await this.page.$eval(
      "#search",
      (field, words) => {
        field.value = words;
        field.form.requestSubmit();
      },
      words,
    );
    return this.loaded();
  }

  /** Returns the figures of the overview by name, as the page writes them. */
  figures() {
    return this.page.$$eval("[data-figure]", (tiles) =>
      Object.fromEntries(
        tiles.map((tile) => [tile.dataset.figure, tile.querySelector("strong").textContent]),
      ),
    );
  }

  /** Returns the cells of a table by row, with its header and its footer. */
  table(selector) {
    return this.page.$$eval(`${selector} tr`, (rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
    );
  }

  /** Returns the texts of the cells of the rows that are in the document. */
  rows() {
    return this.page.$$eval("[data-index]", (rows) =>
      rows
        .sort((one, other) => one.dataset.index - other.dataset.index)
        .map((row) => [...row.querySelectorAll("[role=cell]")].map((cell) => cell.textContent)),
    );
  }

  /** Returns the line above the list. */
  count() {
    return this.#text(".count");
  }

  chips() {
    return this.page.$$eval(".chips li > span", (chips) => chips.map((chip) => chip.textContent));
  }

  /** Returns the text of the error, or an empty string. */
  async alert() {
    const alerts = await this.page.$$eval("[role=alert]", (found) => found.map((one) => one.innerText));
    return alerts.join("\n");
  }

  /** Waits for a text anywhere on the page. */
  async sees(text, { timeout = TIMEOUT_MS } = {}) {
    await this.page.waitForFunction((text) => document.body.innerText.includes(text), { timeout }, text);
  }

  #text(selector) {
    return this.page.$eval(selector, ({ textContent }) => textContent);
  }
}
