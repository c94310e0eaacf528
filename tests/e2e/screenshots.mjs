/**
 * Takes the screenshots of the README, from a year of sandbox data, in both themes. They are written when the stage is named, so
 * that other runs leave the repository as it is.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WWW } from "../../www/demo/build.mjs";
import { startSandbox } from "../soak/lib/sandbox.mjs";

const FOLDER = join(WWW, "screenshots");
const MAX_BYTES = 150_000;
const VIEWS = {
  overview: { from: "2025-12-02", to: "2025-12-31" },
  messages: { view: "messages", from: "2025-12-02", to: "2025-12-31" },
  costs: { view: "costs", from: "2025-07-01", to: "2025-12-31" },
};

export default function screenshots(QUnit, { startDashboard, open, close, isFull }) {
  const { module, test } = QUnit;

  module("screenshots", () => {
    test("overview, messages and costs, in both themes", async (assert) => {
      const sandbox = await startSandbox({ messages: 20_000, profile: "year" });
      const credentials = await readFile(sandbox.credentials, "utf8");
      const dashboard = await startDashboard({ credentials, baseUrl: sandbox.url });
      const page = await open();
      try {
        page.origin = dashboard.origin;
        await mkdir(FOLDER, { recursive: true });
        await page.signIn();
        for (const [name, state] of Object.entries(VIEWS)) {
          for (const theme of ["light", "dark"]) {
            await page.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
            await page.load({ ...state, zone: "UTC" });
            if (name === "overview") await page.sees("before");
            const image = await page.page.screenshot({ type: "webp", quality: 70 });
            if (isFull) await writeFile(join(FOLDER, `${name}-${theme}.webp`), image);
            const { length } = image;
            assert.ok(length > 5_000 && length <= MAX_BYTES, `${name}, ${theme}: ${length} bytes`);
          }
        }
        await close(page, assert);
      } finally {
        await dashboard.stop();
        await sandbox.stop();
      }
    });
  });
}
