import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rawRequest } from "./raw-request.mjs";

/** A token: header, claims and signature. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;
/** Words that signing code contains. */
const SIGNING = ["PRIVATE KEY", "importKey", "pkcs8", "RSASSA-PKCS1-v1_5"];
const HTML = `<img src="/x" onerror="document.title='owned'"><script>document.title='owned'</script><b>bold</b>`;
const ALL = { from: "2025-12-20", to: "2025-12-31", zone: "UTC" };

/** What reaches the browser, and what the policy blocks. */
export default function security(QUnit, { gate, sandbox, dashboard, packageFolder, open, close }) {
  const { module, test } = QUnit;
  const { origin } = dashboard;

  module("security", (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
      await page.signIn();
    });
    hooks.afterEach((assert) => {
      gate.clear();
      return close(page, assert);
    });

    test("neither the key, nor a token, nor signing code reaches the browser", async (assert) => {
      page.keepBodies();
      await page.load(ALL);
      await page.load({ ...ALL, view: "messages" });
      // Latin-1 preserves every byte, so texts in WebAssembly are found.
      const bodies = (await page.bodies()).map(({ path, bytes }) => ({
        path,
        body: bytes.toString("latin1"),
      }));
      for (const kind of [/^\/$/, /\.js$/, /\.css$/, /\.wasm$/, /^\/sms\/GetSmsHistory$/]) {
        assert.ok(
          bodies.some(({ path }) => kind.test(path)),
          `${kind} was looked at`,
        );
      }
      const secrets = [...secretsOf(sandbox.credentials.private_key), ...SIGNING];
      for (const { path, body } of bodies) {
        const found = secrets.filter((secret) => body.includes(secret)).concat(body.match(JWT) ?? []);
        assert.strictEqual(found.length, 0, `${path} has no part of the key, and can't sign`);
      }
    });

    test("the page loads the WebAssembly that the package ships, once and early", async (assert) => {
      page.keepBodies();
      await page.load(ALL);
      const files = (await page.bodies()).filter(({ path }) => path.endsWith(".wasm"));
      const shipped = join(packageFolder, "node_modules/voximplant-sms-history/wasm/core_bg.wasm");
      assert.ok((await readFile(shipped)).equals(files.at(-1).bytes));
      assert.ok(await page.page.$('link[rel=preload][type="application/wasm"]'));
    });

    test("the page requests its own origin only, and no URL has a number", async (assert) => {
      await page.load({ ...ALL, view: "messages" });
      await page.filter({ sourceNumber: "15550190003" });
      await page.search("warehouse");
      const urls = page.watched.responses.map((response) => response.url());
      // The browser draws its own date fields with images of the scheme data:.
      const others = urls.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("data:"));
      assert.deepEqual(others, []);
      assert.notOk(urls.some((url) => url.includes("15550190003") || url.includes("warehouse")));
      assert.notOk(/15550190003|warehouse/.test(await page.page.url()));
      const authorization = gate.requests.at(-1).headers.authorization;
      assert.ok(authorization.startsWith("Bearer "), "the Worker signs");
      const kept = await page.page.evaluate(() => [
        document.cookie,
        localStorage.length,
        sessionStorage.length,
      ]);
      assert.deepEqual(kept, ["", 0, 0], "no storage is used");
    });

    test("the relay answers its own page only", async (assert) => {
      const headers = { Cookie: "demo-role=reader", "Content-Type": "application/x-www-form-urlencoded" };
      const status = async (more) =>
        (await rawRequest(origin, "POST", "/sms/GetSmsHistory", { ...headers, ...more }, "count=1")).status;
      assert.strictEqual(await status({ Origin: origin }), 200, "the page itself");
      for (const foreign of [
        { Origin: "https://evil.example" },
        { Origin: "null" },
        { Origin: origin.replace("127.0.0.1", "localhost") },
        { Origin: origin, "Sec-Fetch-Site": "cross-site" },
      ]) {
        assert.strictEqual(await status(foreign), 403, JSON.stringify(foreign));
      }
    });

    test("every file has the security headers", async (assert) => {
      await page.load(ALL);
      const files = page.watched.responses.filter(
        (response) => response.url().startsWith(origin) && !response.url().includes("/sms/"),
      );
      assert.ok(files.length >= 4);
      for (const file of files) {
        const headers = file.headers();
        assert.strictEqual(
          headers["content-security-policy"],
          "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' data:; " +
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
          file.url(),
        );
        assert.strictEqual(headers["x-content-type-options"], "nosniff");
        assert.strictEqual(headers["x-frame-options"], "DENY");
        assert.strictEqual(headers["referrer-policy"], "no-referrer");
        assert.strictEqual(headers["cross-origin-opener-policy"], "same-origin");
        assert.strictEqual(headers["cross-origin-resource-policy"], "same-origin");
      }
    });

    test("the Worker serves only the files of the page", async (assert) => {
      const headers = { Cookie: "demo-role=reader" };
      for (const path of [
        "/.dev.vars",
        "/wrangler.jsonc",
        "/worker.js",
        "/src/worker.ts",
        "/credentials.json",
      ]) {
        assert.strictEqual((await rawRequest(origin, "GET", path, headers)).status, 404, path);
      }
      for (const method of ["POST", "PUT", "DELETE"]) {
        assert.strictEqual((await rawRequest(origin, method, "/", headers)).status, 405, method);
      }
    });

    test("markup in a message is shown as text, and a name cannot change the text direction", async (assert) => {
      const row = {
        message_id: 1,
        source_number: "\u202Eknab ruoY",
        destination_number: HTML,
        direction: HTML,
        fragments: 1,
        cost: 0.5,
        status_id: HTML,
        error_message: HTML,
        processed_date: "2025-07-01 00:00:00",
        text: HTML,
      };
      gate.respond(JSON.stringify({ result: [row], total_count: 1 }));
      await page.load({ ...ALL, view: "messages" });
      const [[, direction, source, destination, text, status]] = await page.rows();
      assert.deepEqual([direction, source, destination, text], [HTML, "\uFFFDknab ruoY", HTML, HTML]);
      assert.ok(status.includes(HTML));
      await page.page.click("[data-index='0'] .time button");
      await page.page.waitForSelector("dialog .details");
      assert.strictEqual(await page.page.$("#app :is(img, script, b b)"), null, "no element was made of it");
      assert.ok((await page.page.title()).endsWith("SMS history"));
    });
  });

  module("content security policy", () => {
    test("injected scripts and requests to other origins are blocked", async (assert) => {
      const page = await open();
      await page.signIn();
      await page.load(ALL);
      const elsewhere = gate.blankPage.replace("127.0.0.1", "localhost");
      const got = await page.page.evaluate(async (url) => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'owned'";
        document.body.append(script);
        return fetch(url, { mode: "no-cors" }).then(
          () => "sent",
          () => "stopped",
        );
      }, elsewhere);
      assert.strictEqual(got, "stopped");
      assert.ok((await page.page.title()).endsWith("SMS history"));
      assert.deepEqual(page.watched.violations.map((violation) => violation.split(" ")[0]).sort(), [
        "connect-src",
        "script-src-elem",
      ]);
      await page.close();
    });
  });
}

/** Returns the lines of the PEM, and the private numbers of the key as in its JWK. */
function secretsOf(pem) {
  const lines = pem.split("\n").filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line));
  const { d, p, q, dp, dq, qi } = createPrivateKey(pem).export({ format: "jwk" });
  return [...lines, d, p, q, dp, dq, qi];
}
