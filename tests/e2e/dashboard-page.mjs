// The page as its reader has it: what it shows, and what can be done with it.

/** Everything here ends much sooner, or never. */
const PATIENCE_MS = 20_000;

export class DashboardPage {
  /** @param {import("puppeteer-core").Page} page @param {string} origin */
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    page.setDefaultTimeout(PATIENCE_MS);
  }

  /** Loads the page, and waits until its first rows, or an error, are there. */
  async load() {
    await this.page.goto(`${this.origin}/`);
    await this.idle();
    return this;
  }

  /** Waits until nothing is loading. */
  async idle() {
    await this.page.waitForSelector("#rows-frame[aria-busy=false]");
    return this;
  }

  /** Sets fields by their names, as typing or choosing does, and waits for what comes of it. */
  async filter(fields) {
    await this.fill(fields);
    return this.show();
  }

  /** Sets fields without waiting. */
  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      await this.page.$eval(
        `[name=${name}]`,
        (field, value) => {
          field.value = value;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.dispatchEvent(new Event("change", { bubbles: true }));
        },
        value,
      );
    }
  }

  show() {
    return this.press("#filters button[type=submit]");
  }

  clear() {
    return this.press("#filters button[type=reset]");
  }

  next() {
    return this.press("#next");
  }

  previous() {
    return this.press("#previous");
  }

  async press(selector) {
    await this.page.click(selector);
    return this.idle();
  }

  /** The texts of the cells, row by row. */
  rows() {
    return this.page.$$eval("#messages tbody tr", (rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.textContent)),
    );
  }

  status() {
    return this.#text("#status");
  }

  totals() {
    return this.#text("#totals");
  }

  /** The text of the error; "" if none is shown. */
  alert() {
    return this.page.$eval("#error", (alert) => (alert.checkVisibility() ? alert.innerText : ""));
  }

  /** The names of the fields that are marked as wrong. */
  wrongFields() {
    return this.page.$$eval("[aria-invalid=true]", (fields) => fields.map(({ name }) => name));
  }

  /** Which of the buttons below the filters can be pressed. */
  enabled() {
    return this.page.$$eval("nav button", (buttons) =>
      buttons.filter((button) => button.ariaDisabled !== "true" && !button.disabled).map(({ id }) => id),
    );
  }

  #text(selector) {
    return this.page.$eval(selector, ({ textContent }) => textContent);
  }
}
