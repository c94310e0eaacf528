/** What the reader sees when something does not work, and that the page recovers. */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { startSandbox } from "../soak/lib/sandbox.mjs";
import { DashboardPage } from "./dashboard-page.mjs";
import { Gate } from "./gate.mjs";

const ALL = { from: "2025-12-20", to: "2025-12-31", zone: "UTC" };

export default function outages(
  QUnit,
  { gate, sandbox, startDashboard, open, closeAfterFaults, browser, isFull },
) {
  const { module, test } = QUnit;

  module(`outages, in ${browser}`, (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.signIn();
    });
    hooks.afterEach((assert) => closeAfterFaults(page, assert));

    /** Asserts that the figures of the range are there, and no error. */
    async function works(assert, options) {
      await page.page.waitForFunction(
        () =>
          document.querySelector("#content[aria-busy=false] [data-figure]") &&
          !document.querySelector("[role=alert]"),
        options,
      );
      assert.strictEqual(await page.alert(), "");
    }

    const sent = async () => (await page.figures()).Sent;

    test("slow: progress, then “longer than usual”, a cancel, and what was there stays", async (assert) => {
      await page.load(ALL);
      await page.compared();
      const before = await sent();
      const { held, release } = gate.holdNext();
      await page.page.select("[name=range]", "12m");
      await held;
      await page.page.waitForSelector("#content[aria-busy=true] .load-status button");
      assert.strictEqual(await sent(), before, "the figures stay");
      if (isFull) await page.sees("This takes longer than usual.", { timeout: 20_000 });
      await page.pressText("Cancel", ".load-status");
      await page.sees("Cancelled.");
      await page.sees("These figures belong to the filters before.");
      release();
      await page.pressText("Try again", ".load-status");
      await page.sees("compared with");
      await works(assert);
    });

    test("a refresh reads a period again that is over, for every view", async (assert) => {
      // The costs are by day.
      await page.load({ ...ALL, view: "costs", bucket: "hour" });
      await page.pressText("Overview", "nav");
      await page.compared();
      const { held, release } = gate.holdNext();
      await page.pressText("Refresh", ".actions");
      await held;
      await page.page.waitForSelector("#content[aria-busy=true]");
      release();
      await works(assert);
      await page.compared();
      const { length } = gate.requests;
      await page.pressText("Costs", "nav");
      await page.idle();
      assert.ok(gate.requests.length > length, "the costs are read again");
    });

    test("down: plain words, a countdown, technical details folded; then it recovers by itself", async (assert) => {
      await page.load(ALL);
      const before = await sent();
      gate.respond("<h1>Bad gateway</h1>", { status: 502, type: "text/html" });
      await page.pressText("Refresh", ".actions");
      await page.page.select("[name=zone]", "Europe/Berlin");
      await page.sees("Voximplant has a problem at the moment.");
      const alert = await page.alert();
      assert.ok(/Next try in \d+ s/.test(alert), alert);
      assert.ok(alert.includes("Technical details") && !alert.includes("502"), alert);
      assert.strictEqual(await sent(), before, "the figures stay");
      const comparison = await page.page.$eval(".comparison", ({ textContent }) => textContent);
      assert.ok(/, no comparison$/.test(comparison), comparison);
      gate.clear();
      if (isFull)
        await page.page.waitForFunction(() => !document.querySelector("[role=alert]"), { timeout: 30_000 });
      else await page.pressText("Try again", ".trouble");
      await works(assert);
    });

    const rateLimits = [
      ["429", 429, ""],
      ...[340, 314].map((code) => [`error ${code} in an HTTP 200`, 200, JSON.stringify({ error: { code } })]),
    ];
    for (const [name, status, body] of rateLimits) {
      test.if(
        `${name}: the reader sees when the next try is, also after a reload, and then the figures`,
        status === 429 || isFull || name.includes("340"),
        async (assert) => {
          const seconds = isFull ? 20 : 12;
          const end = Date.now() + seconds * 1_000;
          gate.inject((response, pass) => {
            const left = Math.ceil((end - Date.now()) / 1_000);
            if (left <= 0) return pass();
            const headers = { "Content-Type": "application/json", "Retry-After": String(left) };
            response.writeHead(status, headers).end(body);
          });
          const address = `${page.origin}/?${new URLSearchParams(ALL)}`;
          for (const _ of ["first", "reload"]) {
            await page.page.goto(address, { waitUntil: "domcontentloaded" });
            await page.sees("The API asks to slow down. Next try in");
            assert.ok(Date.now() < end, "while the API asks for it");
          }
          await works(assert, { timeout: 40_000 });
          assert.ok(Date.now() >= end, "not before");
        },
      );
    }

    test.if(
      "a rate limit while the reader scrolls: a countdown, and then the rows",
      isFull,
      async (assert) => {
        // This profile is in the order of time, so the list reads rows when they come into sight.
        const own = await startSandbox({ messages: 5_000, profile: "year" });
        const ownGate = await Gate.open(own.url);
        const credentials = await readFile(own.credentials, "utf8");
        const dashboard = await startDashboard({ credentials, baseUrl: ownGate.baseUrl });
        try {
          page.origin = dashboard.origin;
          await page.signIn();
          await page.load({ view: "messages", from: "2025-01-01", to: "2025-12-31", zone: "UTC" });
          // Rows around the first ones are read before they are in sight.
          await delay(1_000);
          ownGate.inject((response) => response.writeHead(429, { "Retry-After": "4" }).end(), 1);
          await page.page.$eval(".list-frame", (frame) => {
            frame.scrollTop = frame.scrollHeight;
          });
          await page.sees("The API asks to slow down. Next try in");
          await page.page.waitForFunction(
            () =>
              document.querySelector('[data-index="4999"] button') &&
              !document.body.innerText.includes("Next try in"),
          );
          assert.strictEqual(await page.alert(), "");
          // A refresh ends the reads of rows ahead. The list reads those in sight again.
          ownGate.inject((_, pass) => {
            if (Number(ownGate.lastQuery.offset ?? 0) < 500) pass();
          });
          await page.page.reload();
          await page.idle();
          await page.page.$eval(".list-frame", (frame) => {
            frame.scrollTop = 600 * 44;
          });
          await page.page.waitForSelector('[data-index="600"]');
          ownGate.inject((_, pass) => {
            if (Number(ownGate.lastQuery.offset ?? 0) > 0) pass();
          });
          await page.pressText("Refresh", ".actions");
          await page.page.waitForSelector("#content[aria-busy=true]");
          await page.pressText("Cancel", ".load-status");
          await page.page.waitForSelector('[data-index="600"] button');
          assert.strictEqual(await page.alert(), "");
        } finally {
          await dashboard.stop();
          ownGate.close();
          await own.stop();
        }
      },
    );

    test.if("a rate limit without a time: the page tries again by itself", isFull, async (assert) => {
      gate.respond(JSON.stringify({ error: { code: 340 } }));
      await page.page.goto(`${page.origin}/?${new URLSearchParams(ALL)}`, { waitUntil: "domcontentloaded" });
      await page.sees("Voximplant asks to slow down.", { timeout: 60_000 });
      assert.ok((await page.alert()).includes("The API asks to slow down. Next try in"));
      gate.clear();
      await works(assert, { timeout: 40_000 });
    });

    test.if(
      "401 in the middle: what is on the screen stays, and a link leads to the sign-in",
      browser === "Chromium",
      async (assert) => {
        await page.load(ALL);
        const before = await sent();
        await page.forgetSignIn();
        await page.page.select("[name=zone]", "Asia/Tokyo");
        await page.sees("You are signed out.");
        assert.strictEqual(await sent(), before);
        await Promise.all([page.page.waitForNavigation(), page.page.click(".trouble a")]);
        await page.page.waitForSelector('form[action="/auth/demo/reader"]');
      },
    );

    test.if(
      "a second tab works while the first loads, and its sign-out takes nothing from the first",
      browser === "Chromium",
      async (assert) => {
        const address = `${page.origin}/?${new URLSearchParams(ALL)}`;
        const { held, release } = gate.holdNext();
        await page.page.goto(address);
        await held;
        const second = new DashboardPage(await page.page.browserContext().newPage(), page.origin);
        await second.load(ALL);
        const figures = await second.figures();
        await Promise.all([second.page.waitForNavigation(), second.page.click("a[href='/auth/sign-out']")]);
        release();
        await page.failed();
        assert.ok((await page.alert()).includes("You are signed out."));
        await second.signIn();
        await page.page.bringToFront();
        await Promise.all([page.page.waitForNavigation(), page.page.click(".trouble a")]);
        await works(assert);
        assert.deepEqual(await page.figures(), figures);
      },
    );

    test("a token that the API refuses in the middle is replaced, and the reader sees nothing of it", async (assert) => {
      gate.respond("", { status: 401, times: 1 });
      await page.load(ALL);
      await works(assert);
    });

    test("the Worker is deployed again: the page goes on", async (assert) => {
      const options = { credentials: JSON.stringify(sandbox.credentials), baseUrl: gate.baseUrl };
      const first = await startDashboard(options);
      page.origin = first.origin;
      await page.signIn();
      await page.load(ALL);
      const before = await sent();
      await first.stop();
      await page.page.select("[name=zone]", "Europe/Berlin");
      await page.sees("Next try in");
      assert.strictEqual(await sent(), before, "the figures stay");
      const second = await startDashboard({ ...options, port: Number(new URL(first.origin).port) });
      try {
        if (await page.page.$(".trouble .primary")) await page.pressText("Try again", ".trouble");
        // If the page was just loading, it tries again after 15 s.
        await works(assert, { timeout: 40_000 });
        await page.pressText("Messages", "nav");
        await page.page.waitForFunction(() =>
          /^[\d,]+ messages$/.test(document.querySelector(".count")?.textContent),
        );
      } finally {
        await second.stop();
      }
    });

    test.if(
      "offline and back: the page says so, and continues by itself",
      browser === "Chromium",
      async (assert) => {
        await page.load(ALL);
        const before = await sent();
        await page.page.setOfflineMode(true);
        await page.page.select("[name=zone]", "Europe/Berlin");
        await page.sees("You are offline.");
        assert.strictEqual(await sent(), before, "the figures stay");
        await page.page.setOfflineMode(false);
        await works(assert);
      },
    );

    /** Makes requests for a script fail. Returns a function that waits for the first one, and ends this. */
    async function cut(name) {
      const isCaught = (request) => new RegExp(`/assets/${name}-[^/]+\\.js$`).test(request.url());
      const handle = (request) => (isCaught(request) ? request.abort() : request.continue());
      await page.page.setRequestInterception(true);
      page.page.on("request", handle);
      const caught = page.page.waitForRequest(isCaught);
      return async () => {
        await caught;
        page.page.off("request", handle);
        await page.page.setRequestInterception(false);
      };
    }

    test.if(
      "a page that does not load completely says so, and offers to load it again",
      browser === "Chromium",
      async (assert) => {
        // A page whose script did not load at all does not say “Loading…” for ever.
        const mendScript = await cut("index");
        await page.page.goto(`${page.origin}/?${new URLSearchParams(ALL)}`);
        await mendScript();
        const late = () => page.page.$eval("body", ({ innerText }) => /not started yet/.test(innerText));
        assert.notOk(await late());
        await page.page.evaluate(() => document.querySelector(".late")?.getAnimations()[0].finish());
        assert.ok(await late());
        await Promise.all([page.page.waitForNavigation(), page.page.click(".late a")]);
        await works(assert);
        // The browser has the English catalogue already.
        const mend = await cut("de");
        await page.page.goto(`${page.origin}/?${new URLSearchParams({ ...ALL, lang: "de" })}`);
        await page.sees("Die Seite ließ sich nicht vollständig laden.");
        await mend();
        await Promise.all([page.page.waitForNavigation(), page.page.click("[role=alert] button")]);
        await works(assert);
      },
    );

    test.if(
      "an error that arrives before the words of the page is shown with them",
      browser === "Chromium",
      async (assert) => {
        await page.page.setRequestInterception(true);
        const words = new Promise((resolve) => {
          page.page.on("request", (request) => {
            if (new URL(request.url()).pathname.startsWith("/assets/de-")) resolve(request);
            else request.continue();
          });
        });
        gate.respond(JSON.stringify({ error: { code: 999, msg: "" } }));
        const answered = page.page.waitForResponse((response) => response.url().includes("GetSmsHistory"));
        await page.page.goto(`${page.origin}/?${new URLSearchParams({ ...ALL, lang: "de" })}`);
        await answered;
        // The page handles the answer meanwhile.
        await delay(500);
        await (await words).continue();
        await page.failed();
        assert.ok((await page.alert()).includes("Voximplant lehnt diese Anfrage ab."));
        gate.clear();
      },
    );

    test.if(
      "a view whose script did not load beforehand loads when it is opened",
      browser === "Chromium",
      async (assert) => {
        const mend = await cut("views");
        await page.load(ALL);
        await mend();
        await page.pressText("Costs", "nav");
        await page.idle();
        assert.strictEqual(await page.alert(), "");
      },
    );

    test.if("no part of a view that cannot be drawn is shown", browser === "Chromium", async (assert) => {
      await page.load(ALL);
      await page.compared();
      await page.page.evaluate(() => {
        const get = () => {
          throw new Error("no format");
        };
        Object.defineProperty(Intl.NumberFormat.prototype, "format", { get });
      });
      await page.pressText("Costs", "nav");
      await page.sees("The page failed. Reload it.");
      assert.strictEqual(await page.page.$("#content"), null);
      const problems = page.watched.problems.splice(0);
      assert.deepEqual([...new Set(problems)], ["uncaught: Uncaught Error: no format"]);
    });

    test.if(
      "Escape closes a dialog whose script still loads, and then ends the load of the view",
      browser === "Chromium",
      async (assert) => {
        await page.page.setRequestInterception(true);
        page.page.on("request", (request) => {
          // The script of the dialog never comes.
          if (!new URL(request.url()).pathname.startsWith("/assets/export-dialog-")) request.continue();
        });
        await page.load(ALL);
        await page.compared();
        const { held, release } = gate.holdNext();
        await page.pressText("Refresh", ".actions");
        await held;
        await page.page.keyboard.press("e");
        const isLoading = () => page.page.$("#app > p[role=status]");
        assert.ok(await isLoading(), "the dialog");
        await page.page.keyboard.press("Escape");
        assert.notOk(await isLoading(), "the dialog");
        assert.ok(await page.page.$("#content[aria-busy=true]"), "the view still loads");
        await page.page.keyboard.press("Escape");
        await page.sees("Cancelled.");
        release();
      },
    );

    test("an error never shows what the API or a proxy quotes", async (assert) => {
      for (const [body, options] of [
        [JSON.stringify({ error: { code: 999, msg: "sms from 15550190003 by Aunt" } }), {}],
        ["<h1>for 15550190003</h1>", { type: "text/html" }],
      ]) {
        gate.respond(body, options);
        await page.page.goto(`${page.origin}/?${new URLSearchParams(ALL)}`);
        await page.failed();
        await page.page.$eval(".trouble summary", (summary) => summary.click()).catch(() => {});
        const alert = await page.alert();
        assert.notOk(/15550190003|Aunt|eyJ|http:/.test(alert), alert);
        gate.clear();
        await delay(50);
      }
    });
  });
}
