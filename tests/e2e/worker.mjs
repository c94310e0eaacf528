import { generateKeyPairSync } from "node:crypto";
import { ask } from "./ask.mjs";
import { tells as told } from "./tells.mjs";

/** What whoever runs the Worker, and whatever stands before it, can get wrong is told by the page. */
export default function worker(QUnit, { gate, sandbox, startDashboard, open, close }) {
  const { module, test } = QUnit;

  module("worker", (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
    });
    // The browser itself logs what could not be loaded.
    hooks.afterEach((assert) => close(page, assert, { expected: /^Failed to load resource/ }));

    const tells = (assert, ...words) => told(assert, page, sandbox, ...words);

    /** Runs a test against a Worker with other settings. */
    async function withWorker(settings, run) {
      const worker = await startDashboard({
        credentials: JSON.stringify(sandbox.credentials),
        baseUrl: gate.baseUrl,
        ...settings,
      });
      try {
        page.origin = worker.origin;
        await page.load();
        await run(worker.origin);
      } finally {
        await worker.stop();
      }
    }

    /** Has a path of the Worker answered by something else, until `heal` is called. */
    async function instead(path, how) {
      let spoilt = true;
      await page.page.setRequestInterception(true);
      page.page.on("request", (request) =>
        spoilt && request.url() === `${page.origin}${path}` ? how(request) : request.continue(),
      );
      return {
        heal: () => {
          spoilt = false;
        },
      };
    }

    /** The page works, as if nothing had been. */
    async function works(assert) {
      assert.strictEqual(await page.alert(), "");
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      assert.strictEqual((await page.rows()).length, 100);
    }

    test("no API where it should be", async (assert) => {
      await withWorker({ baseUrl: "http://127.0.0.1:9/platform_api" }, async () => {
        await tells(assert, "request failed", "Check the connection");
        assert.deepEqual(await page.enabled(), []);
      });
    });

    test("a key that is not the account's", async (assert) => {
      const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      });
      const credentials = JSON.stringify({ ...sandbox.credentials, private_key: privateKey });
      await withWorker({ credentials }, () =>
        tells(assert, "uthorization failed", "did not take the token", "credentials"),
      );
    });

    test("credentials that are not whole", async (assert) => {
      const { private_key, ...rest } = sandbox.credentials;
      await withWorker({ credentials: JSON.stringify(rest) }, () =>
        tells(assert, "/token answered", "lack private_key", "settings"),
      );
    });

    test("a Worker that gives this page no token", async (assert) => {
      await withWorker({ pageOrigin: "https://dashboard.example" }, () =>
        tells(assert, "/token answered", "own page alone", "PAGE_ORIGIN"),
      );
    });

    for (const pageOrigin of ["https://dashboard.example/", "dashboard.example", "ftp://dashboard.example"]) {
      test(`an origin of the page that no browser names: ${pageOrigin}`, async (assert) => {
        await withWorker({ pageOrigin }, async (origin) => {
          await tells(assert, "/config answered", "PAGE_ORIGIN", "settings");
          assert.notOk((await page.alert()).includes("example"), "the value is not told");
          const { status, body } = await ask(origin, "POST", "/token", { Origin: origin });
          assert.strictEqual(status, 500);
          assert.strictEqual(JSON.parse(body).error.kind, "settings");
        });
      });
    }

    test("an empty origin of the page is one that is left out", async (assert) => {
      await withWorker({ pageOrigin: "" }, () => works(assert));
    });

    for (const baseUrl of ["", "platform_api", "javascript:1", "ftp://api.example/platform_api"]) {
      test(`an address of the API that is of no use: “${baseUrl}”`, async (assert) => {
        await withWorker({ baseUrl }, async (origin) => {
          await tells(assert, "/config answered", "VOXIMPLANT_BASE_URL", "settings");
          const { headers } = await ask(origin, "GET", "/");
          assert.ok(headers["content-security-policy"].includes("; connect-src 'self'; "));
        });
      });
    }

    test("a Worker that can't be reached", async (assert) => {
      await instead("/token", (request) => request.abort("connectionfailed"));
      await page.load();
      await tells(assert, "/token can't be reached", "Check the connection");
    });

    for (const path of ["/config", "/token"]) {
      for (const [what, reply] of [
        ["a login page elsewhere", { status: 302, headers: { location: "https://login.example/" } }],
        ["a login page in its place", { status: 200, contentType: "text/html", body: "<h1>Sign in</h1>" }],
        ["a refusal, 401", { status: 401, body: "" }],
        ["a refusal, 403", { status: 403, contentType: "text/html", body: "<h1>Forbidden</h1>" }],
      ]) {
        test(`a sign-in that has expired: ${path} gets ${what}`, async (assert) => {
          const { heal } = await instead(path, (request) => request.respond(reply));
          await page.load();
          await tells(assert, path, "sign in again", "reload");
          heal();
          await page.load();
          await works(assert);
        });
      }

      test(`a Worker that does not answer ${path}`, async (assert) => {
        // What is answered before it has to keep to the limit.
        const { limits, atEase } = await hurry(page, 2_000);
        const { heal } = await instead(path, () => undefined);
        await page.load();
        await tells(assert, `${path} did not answer`, "seconds", "press Show");
        assert.ok(
          limits.every((limit) => limit >= 5_000 && limit <= 30_000),
          `the limits are ${limits}`,
        );
        heal();
        await atEase();
        await page.show();
        await works(assert);
      });
    }

    test("the late failure of a query that was given up is not shown", async (assert) => {
      const { atEase } = await hurry(page, 1_500);
      const { heal } = await instead("/config", () => undefined);
      const asked = page.page.waitForRequest(`${page.origin}/config`);
      await page.page.goto(`${page.origin}/`);
      await asked;
      heal();
      await atEase();
      await page.show();
      await works(assert);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await works(assert);
    });
  });
}

/** Has limits of time pass sooner, until the page is `atEase`, and notes what they would have been. */
async function hurry({ page }, milliseconds) {
  const limits = [];
  await page.exposeFunction("noteLimit", (limit) => limits.push(limit));
  await page.evaluateOnNewDocument((sooner) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = (limit) => {
      globalThis.noteLimit(limit);
      return timeout(globalThis.isAtEase ? limit : sooner);
    };
  }, milliseconds);
  return { limits, atEase: () => page.evaluate(() => Object.assign(globalThis, { isAtEase: true }) && null) };
}
