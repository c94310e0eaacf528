import { generateKeyPairSync } from "node:crypto";
import { assertAlert } from "./error-alert.mjs";
import { rawRequest } from "./raw-request.mjs";

/** Faults of the Worker's settings and of proxies before it. The page reports each. */
export default function worker(QUnit, { gate, sandbox, startDashboard, open, close }) {
  const { module, test } = QUnit;

  module("worker", (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
    });
    // The browser logs failed requests.
    hooks.afterEach((assert) => close(page, assert, { expected: /^Failed to load resource/ }));

    const alerts = (assert, ...words) => assertAlert(assert, page, sandbox, ...words);

    /** Runs a test with a Worker that has other settings. */
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

    /** Intercepts a path of the Worker until `restore` is called. */
    async function instead(path, how) {
      let isIntercepted = true;
      await page.page.setRequestInterception(true);
      page.page.on("request", (request) =>
        isIntercepted && request.url() === `${page.origin}${path}` ? how(request) : request.continue(),
      );
      return {
        restore: () => {
          isIntercepted = false;
        },
      };
    }

    /** Asserts that the page works again. */
    async function works(assert) {
      assert.strictEqual(await page.alert(), "");
      assert.strictEqual(await page.status(), "Rows 1–100 of 4,321");
      assert.strictEqual((await page.rows()).length, 100);
    }

    test("an unreachable API is reported", async (assert) => {
      await withWorker({ baseUrl: "http://127.0.0.1:9/platform_api" }, async () => {
        await alerts(assert, "expected a response from", "Check the connection");
        assert.deepEqual(await page.enabled(), []);
      });
    });

    test("a key of another account is reported", async (assert) => {
      const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      });
      const credentials = JSON.stringify({ ...sandbox.credentials, private_key: privateKey });
      await withWorker({ credentials }, () =>
        alerts(assert, "uthorization failed", "did not take the token", "credentials"),
      );
    });

    test("incomplete credentials are reported", async (assert) => {
      const { private_key, ...rest } = sandbox.credentials;
      await withWorker({ credentials: JSON.stringify(rest) }, () =>
        alerts(assert, "/token answered", "without private_key", "settings"),
      );
    });

    test("a Worker that refuses this page a token is reported", async (assert) => {
      await withWorker({ pageOrigin: "https://dashboard.example" }, () =>
        alerts(assert, "/token answered", "own page alone", "PAGE_ORIGIN"),
      );
    });

    for (const pageOrigin of ["https://dashboard.example/", "dashboard.example", "ftp://dashboard.example"]) {
      test(`an invalid PAGE_ORIGIN is reported: ${pageOrigin}`, async (assert) => {
        await withWorker({ pageOrigin }, async (origin) => {
          await alerts(assert, "/config answered", "PAGE_ORIGIN", "settings");
          assert.notOk((await page.alert()).includes("example"), "the value is not shown");
          const { status, body } = await rawRequest(origin, "POST", "/token", { Origin: origin });
          assert.strictEqual(status, 500);
          assert.strictEqual(JSON.parse(body).error.kind, "settings");
        });
      });
    }

    test("an empty PAGE_ORIGIN means the Worker's own origin", async (assert) => {
      await withWorker({ pageOrigin: "" }, () => works(assert));
    });

    for (const baseUrl of ["", "platform_api", "javascript:1", "ftp://api.example/platform_api"]) {
      test(`an invalid base URL of the API is reported: “${baseUrl}”`, async (assert) => {
        await withWorker({ baseUrl }, async (origin) => {
          await alerts(assert, "/config answered", "VOXIMPLANT_BASE_URL", "settings");
          const { headers } = await rawRequest(origin, "GET", "/");
          assert.ok(headers["content-security-policy"].includes("; connect-src 'self'; "));
        });
      });
    }

    test("an unreachable Worker is reported", async (assert) => {
      await instead("/token", (request) => request.abort("connectionfailed"));
      await page.load();
      await alerts(assert, "/token can't be reached", "Check the connection");
    });

    for (const path of ["/config", "/token"]) {
      for (const [what, reply] of [
        ["a login page elsewhere", { status: 302, headers: { location: "https://login.example/" } }],
        ["a login page in its place", { status: 200, contentType: "text/html", body: "<h1>Sign in</h1>" }],
        ["a refusal, 401", { status: 401, body: "" }],
        ["a refusal, 403", { status: 403, contentType: "text/html", body: "<h1>Forbidden</h1>" }],
      ]) {
        test(`an expired sign-in is reported if ${path} gets ${what}`, async (assert) => {
          const { restore } = await instead(path, (request) => request.respond(reply));
          await page.load();
          await alerts(assert, path, "sign in again", "reload");
          restore();
          await page.load();
          await works(assert);
        });
      }

      test(`a Worker that does not respond to ${path} is reported`, async (assert) => {
        // The requests before it must stay within the time limit.
        const { limits, restoreTimeouts } = await shortenTimeouts(page, 2_000);
        const { restore } = await instead(path, () => undefined);
        await page.load();
        await alerts(assert, `${path} did not answer`, "seconds", "press Show");
        assert.ok(
          limits.every((limit) => limit >= 5_000 && limit <= 30_000),
          `the limits are ${limits}`,
        );
        restore();
        await restoreTimeouts();
        await page.show();
        await works(assert);
      });
    }

    test("the late failure of an aborted query is not shown", async (assert) => {
      const { restoreTimeouts } = await shortenTimeouts(page, 1_500);
      const { restore } = await instead("/config", () => undefined);
      const asked = page.page.waitForRequest(`${page.origin}/config`);
      await page.page.goto(`${page.origin}/`);
      await asked;
      restore();
      await restoreTimeouts();
      await page.show();
      await works(assert);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await works(assert);
    });
  });
}

/** Shortens the page's timeouts until `restoreTimeouts` is called, and records the real ones. */
async function shortenTimeouts({ page }, milliseconds) {
  const limits = [];
  await page.exposeFunction("noteLimit", (limit) => limits.push(limit));
  await page.evaluateOnNewDocument((sooner) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = (limit) => {
      globalThis.noteLimit(limit);
      return timeout(globalThis.hasRealTimeouts ? limit : sooner);
    };
  }, milliseconds);
  return {
    limits,
    restoreTimeouts: () => page.evaluate(() => Object.assign(globalThis, { hasRealTimeouts: true }) && null),
  };
}
