// Starts WebKit. By WebDriver a test sees neither what the console says nor what the page receives.
import { launch } from "../browser/launch.mjs";
import { DashboardPage } from "./dashboard-page.mjs";
import { Downloads } from "./downloads.mjs";

export class WebKit {
  name = "WebKit";
  #browser;

  static async start() {
    const webkit = new WebKit();
    webkit.#browser = await launch("webkit");
    return webkit;
  }

  stop() {
    return this.#browser.close();
  }

  /** A page with a profile of its own; the page is not loaded yet. */
  async open(origin) {
    const page = await this.#browser.newPage();
    const downloads = new Downloads(this.#browser.downloads);
    return Object.assign(new DashboardPage(page, origin), { downloads, close: () => page.close() });
  }
}
