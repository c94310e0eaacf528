import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rawRequest } from "./raw-request.mjs";

/** Words that signing code contains. */
const SIGNING = ["PRIVATE KEY", "importKey", "pkcs8", "RSASSA-PKCS1-v1_5"];
const HTML = `<img src="/x" onerror="document.title='owned'"><script>document.title='owned'</script><b>bold</b>`;

/** What reaches the browser, and what the policy blocks. */
export default function security(QUnit, { gate, sandbox, dashboard, packageFolder, open, close }) {
  const { module, test } = QUnit;
  const { origin } = dashboard;

  module("security", (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
    });
    hooks.afterEach((assert) => close(page, assert));

    test("neither the key nor signing code reaches the browser", async (assert) => {
      await page.load();
      await page.next();
      await page.press("#csv");
      const { responses } = page.watched;
      const bodies = await Promise.all(responses.filter(hasBody).map(bodyOf));
      const paths = bodies.map(({ path }) => path);
      for (const kind of [
        /^\/$/,
        /\.js$/,
        /\.css$/,
        /\.wasm$/,
        /^\/token$/,
        /^\/config$/,
        /GetSmsHistory$/,
      ]) {
        assert.ok(
          paths.some((path) => kind.test(path)),
          `${kind} was looked at`,
        );
      }
      const secrets = [...secretsOf(sandbox.credentials.private_key), ...SIGNING];
      for (const { path, body } of bodies) {
        const found = secrets.filter((secret) => body.includes(secret));
        assert.strictEqual(found.length, 0, `${path} has no part of the key, and can't sign`);
      }
      const config = bodies.find(({ path }) => path === "/config");
      assert.deepEqual(JSON.parse(config.body), { baseUrl: gate.baseUrl });
      const token = JSON.parse(bodies.find(({ path }) => path === "/token").body);
      assert.deepEqual(Object.keys(token).sort(), ["expiresAt", "token"]);
      const life = Date.parse(token.expiresAt) - Date.now();
      assert.ok(life > 240_000 && life <= 300_000, "the token is valid for five minutes");
    });

    test("the page loads the WebAssembly that the package ships", async (assert) => {
      await page.load();
      const wasm = page.watched.responses.find((response) => response.url().endsWith(".wasm"));
      const shipped = join(packageFolder, "node_modules/voximplant-sms-history/wasm/core_bg.wasm");
      assert.ok((await readFile(shipped)).equals(Buffer.from(await wasm.buffer())));
    });

    test("the token is sent only to the API and only in a header, and the page's URL contains no numbers", async (assert) => {
      await page.load();
      await page.filter({ sourceNumber: "15550190003" });
      const token = await tokenOf(page);
      for (const response of page.watched.responses) {
        const asked = response.request();
        assert.notOk(response.url().includes(token), "not in a URL");
        const toApi = response.url().startsWith(gate.baseUrl);
        if (!toApi) assert.notOk(JSON.stringify(asked.headers()).includes(token), "not to the Worker");
      }
      assert.strictEqual(gate.requests.at(-1).headers.authorization, `Bearer ${token}`);
      assert.strictEqual(gate.requests.at(-1).headers.referer, undefined, "no Referer is sent to the API");
      assert.strictEqual(page.page.url(), `${origin}/`);
      const kept = await page.page.evaluate(() => [
        document.cookie,
        localStorage.length,
        sessionStorage.length,
      ]);
      assert.deepEqual(kept, ["", 0, 0], "no storage is used");
    });

    test("every file has the security headers", async (assert) => {
      await page.load();
      const files = page.watched.responses.filter(
        (response) => response.url().startsWith(origin) && !/\/(token|config)$/.test(response.url()),
      );
      assert.ok(files.length >= 4);
      for (const file of files) {
        const headers = file.headers();
        assert.strictEqual(
          headers["content-security-policy"],
          `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${new URL(gate.baseUrl).origin}; ` +
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
        );
        assert.strictEqual(headers["x-content-type-options"], "nosniff");
        assert.strictEqual(headers["x-frame-options"], "DENY");
        assert.strictEqual(headers["referrer-policy"], "no-referrer");
        assert.strictEqual(headers["cross-origin-opener-policy"], "same-origin");
        assert.strictEqual(headers["cross-origin-resource-policy"], "same-origin");
      }
    });

    test("the Worker serves only the files of the page", async (assert) => {
      for (const path of [
        "/.dev.vars",
        "/wrangler.jsonc",
        "/worker.js",
        "/src/worker.ts",
        "/credentials.json",
      ]) {
        assert.strictEqual((await rawRequest(origin, "GET", path)).status, 404, path);
      }
      for (const method of ["POST", "PUT", "DELETE"]) {
        assert.strictEqual((await rawRequest(origin, method, "/")).status, 405, method);
      }
    });

    test("markup in a message is shown as text", async (assert) => {
      const row = {
        message_id: 1,
        source_number: HTML,
        destination_number: HTML,
        direction: HTML,
        fragments: 1,
        cost: 0.5,
        status_id: HTML,
        error_message: HTML,
        processed_date: "2025-07-01 00:00:00",
        text: HTML,
      };
      await page.load();
      gate.respond(JSON.stringify({ result: [row], total_count: 1 }), { times: 1 });
      await page.show();
      assert.deepEqual(await page.rows(), [
        ["2025-07-01 00:00:00", HTML, HTML, HTML, HTML, "1", "0.5000", `Unknown (${HTML})${HTML}`, "1"],
      ]);
      assert.strictEqual(
        await page.page.$("#messages :is(img, script, b b)"),
        null,
        "no element was made of it",
      );
      assert.strictEqual(await page.page.title(), "SMS history");
    });

    test("a number or a name cannot change the text direction", async (assert) => {
      const row = {
        message_id: 1,
        source_number: "\u202Eknab ruoY",
        destination_number: "1202\u20665550199\u2069",
        text: "\u200Fשלום",
      };
      await page.load();
      gate.respond(JSON.stringify({ result: [row], total_count: 1 }), { times: 1 });
      await page.show();
      const [cells] = await page.rows();
      assert.strictEqual(cells[2], "\uFFFDknab ruoY");
      assert.strictEqual(cells[3], "1202\uFFFD5550199\uFFFD");
      assert.strictEqual(cells[4], row.text, "a text needs such characters, and turns nothing but itself");
    });
  });

  module("content security policy", () => {
    test("injected scripts and requests to other origins are blocked", async (assert) => {
      const page = await open();
      await page.load();
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
      assert.strictEqual(await page.page.title(), "SMS history");
      assert.deepEqual(page.watched.violations.map((violation) => violation.split(" ")[0]).sort(), [
        "connect-src",
        "script-src-elem",
      ]);
      await page.close();
    });
  });
}

async function tokenOf(page) {
  const reply = page.watched.responses.find((response) => response.url().endsWith("/token"));
  return (await reply.json()).token;
}

function hasBody(response) {
  return response.request().method() !== "OPTIONS" && response.status() !== 204;
}

async function bodyOf(response) {
  // Latin-1 preserves every byte, so texts in WebAssembly are found.
  return { path: new URL(response.url()).pathname, body: (await response.buffer()).toString("latin1") };
}

/** Returns the lines of the PEM, and the private numbers of the key as in its JWK. */
function secretsOf(pem) {
  const lines = pem.split("\n").filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line));
  const { d, p, q, dp, dq, qi } = createPrivateKey(pem).export({ format: "jwk" });
  return [...lines, d, p, q, dp, dq, qi];
}
