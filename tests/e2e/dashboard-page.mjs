// Drives the page as its user does, and reads what it shows.

/** The time limit of each step. */
const TIMEOUT_MS = 60_000;

export class DashboardPage {
  /** @param {import("puppeteer-core").Page} page @param {string} origin */
  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
    page.setDefaultTimeout(TIMEOUT_MS);
  }

  /** Loads the page, and waits for its first rows or an error. */
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

  /** Sets fields by name, as typing does, submits them, and waits for the result. */
  async filter(fields) {
    await this.fill(fields);
    return this.show();
  }

  /** Sets fields by name without submitting them. */
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

  /** Returns the texts of the cells by row. */
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

  /** Returns the text of the error, or an empty string. */
  alert() {
    return this.page.$eval("#error", (alert) => (alert.checkVisibility() ? alert.innerText : ""));
  }

  /** Returns the names of the fields that are marked as invalid. */
  invalidFields() {
    return this.page.$$eval("[aria-invalid=true]", (fields) => fields.map(({ name }) => name));
  }

  /** Returns the ids of the enabled buttons below the filters. */
  enabled() {
    return this.page.$$eval("nav button", (buttons) =>
      buttons.filter((button) => button.ariaDisabled !== "true" && !button.disabled).map(({ id }) => id),
    );
  }

  #text(selector) {
    return this.page.$eval(selector, ({ textContent }) => textContent);
  }
}
