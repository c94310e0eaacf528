/** Who gets in: nobody by default. Cloudflare Access and an OIDC issuer are served here, with keys of jose. */
import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { rawRequest } from "./raw-request.mjs";

const HTML = { Accept: "text/html", "Sec-Fetch-Mode": "navigate" };
const AUDIENCE = "test-audience";

export default function signIn(QUnit, { sandbox, gate, dashboard, startDashboard, open, close }) {
  const { module, test } = QUnit;
  const options = (settings) => ({
    credentials: JSON.stringify(sandbox.credentials),
    baseUrl: gate.baseUrl,
    settings,
  });

  /** Runs a test with a Worker that has these settings. */
  async function withWorker(settings, run) {
    const worker = await startDashboard(options(settings));
    try {
      await run(worker.origin);
    } finally {
      await worker.stop();
    }
  }

  const relay = (origin, headers = {}) =>
    rawRequest(origin, "POST", "/sms/GetSmsHistory", {
      Origin: origin,
      "Content-Type": "application/x-www-form-urlencoded",
      ...headers,
    });

  module("sign-in", (hooks) => {
    let issuer;
    hooks.before(async () => {
      issuer = await Issuer.start();
    });
    hooks.after(() => issuer.stop());

    test("without settings, and with two sign-in services, everything is refused", async (assert) => {
      for (const settings of [
        { DEMO_SIGN_IN: "" },
        { OIDC_ISSUER: issuer.origin, OIDC_CLIENT_ID: AUDIENCE },
        { DEMO_SIGN_IN: "yes" },
      ]) {
        await withWorker(settings, async (origin) => {
          for (const path of ["/", "/assets/x.js", "/token", "/sms/GetSmsHistory"]) {
            const { status, body } = await rawRequest(origin, path === "/" ? "GET" : "POST", path);
            assert.strictEqual(status, 500, path);
            assert.strictEqual(JSON.parse(body).error.reason, "settings");
          }
          const page = await rawRequest(origin, "GET", "/", HTML);
          assert.ok(
            (page.status === 500 && page.body.includes("sign-in: ")) || page.body.includes("DEMO_SIGN_IN"),
            page.body,
          );
        });
      }
    });

    test("the demo's sign-in works on loopback addresses only, and not behind Cloudflare", async (assert) => {
      const cookie = "demo-role=reader";
      const cases = [
        [{ Cookie: cookie }, 200],
        [{}, 401],
        [{ Cookie: "demo-role=admin" }, 401],
        [{ Cookie: cookie, Host: "dashboard.example" }, 500],
        [{ Cookie: cookie, "CF-Ray": "8c0ffee0c0ffee00-FRA" }, 500],
      ];
      for (const [headers, status] of cases) {
        const response = await rawRequest(dashboard.origin, "GET", "/", headers);
        assert.strictEqual(response.status, status, JSON.stringify(headers));
      }
    });

    test("the demo's sign-in leads back to where it began, and nowhere else", async (assert) => {
      const { body } = await rawRequest(dashboard.origin, "GET", "/?view=costs&range=7d", HTML);
      assert.ok(body.includes('value="/?view=costs&amp;range=7d"'), body);
      for (const [back, location] of [
        ["/?view=costs&range=7d", `${dashboard.origin}/?view=costs&range=7d`],
        ["//other.example/", `${dashboard.origin}//other.example/`],
        ["@other.example", "/"],
        ["https://other.example/", "/"],
      ]) {
        const sent = new URLSearchParams({ back }).toString();
        const { headers } = await rawRequest(dashboard.origin, "POST", "/auth/demo/reader", {}, sent);
        assert.strictEqual(headers.location, location, back);
      }
    });

    test("Cloudflare Access: only tokens of the team and the application, and people with a role", async (assert) => {
      const settings = {
        DEMO_SIGN_IN: "",
        ACCESS_TEAM_DOMAIN: issuer.origin,
        ACCESS_AUDIENCE: AUDIENCE,
        READERS: "ann@example.com, group:accounting",
        MASKED_READERS: "@example.com",
      };
      const other = await Issuer.start();
      await withWorker(settings, async (origin) => {
        const status = async (token) => {
          const headers = token ? { "Cf-Access-Jwt-Assertion": token } : {};
          const response = await relay(origin, headers);
          return [response.status, /"text"/.test(response.body)];
        };
        const claims = { email: "ann@example.com" };
        for (const [what, token, expected] of [
          ["a reader", await issuer.sign(claims), [200, true]],
          [
            "a reader by group",
            await issuer.sign({ email: "x@other.example", groups: ["accounting"] }),
            [200, true],
          ],
          ["a masked reader by domain", await issuer.sign({ email: "Bob@Example.com" }), [200, false]],
          ["someone without a role", await issuer.sign({ email: "eve@other.example" }), [403, false]],
          [
            "an address that is not verified",
            await issuer.sign({ ...claims, email_verified: false }),
            [403, false],
          ],
          ["no token", undefined, [401, false]],
          ["another application", await issuer.sign(claims, { audience: "another" }), [401, false]],
          ["another team's key", await other.sign(claims, { issuer: issuer.origin }), [401, false]],
          ["an expired token", await issuer.sign(claims, { expires: "-1m" }), [401, false]],
          ["no signature", unsigned({ ...claims, iss: issuer.origin, aud: AUDIENCE }), [401, false]],
        ]) {
          assert.deepEqual(await status(token), expected, what);
        }
      });
      await other.stop();
    });

    test("OIDC: the page leads to the issuer and back, and a session ends with its token", async (assert) => {
      const settings = {
        DEMO_SIGN_IN: "",
        OIDC_ISSUER: issuer.origin,
        OIDC_CLIENT_ID: AUDIENCE,
        OIDC_CLIENT_SECRET: "secret",
        READERS: "ann@example.com",
      };
      issuer.person = { email: "ann@example.com", email_verified: true };
      await withWorker(settings, async (origin) => {
        assert.strictEqual((await relay(origin)).status, 401, "a script is not led away");
        const page = await open();
        await page.page.goto(`${origin}/?view=costs`);
        await page.page.waitForSelector("#content");
        assert.strictEqual(page.page.url(), `${origin}/?view=costs`, "back where it began");
        assert.ok((await page.page.$eval(".reader", (one) => one.innerText)).includes("ann@example.com"));
        await close(page, assert);
        const stolen = await rawRequest(origin, "GET", "/auth/callback?code=1&state=2", HTML);
        assert.strictEqual(stolen.status, 401, "a callback that nobody began");
        const begun = await rawRequest(origin, "GET", "//other.example/", HTML);
        assert.ok(begun.headers.location.startsWith(`${issuer.origin}/authorize?`));
        const [cookie] = begun.headers["set-cookie"][0].split(";");
        const state = new URL(begun.headers.location).searchParams.get("state");
        issuer.nonce = "of another sign-in";
        const replayed = await rawRequest(origin, "GET", `/auth/callback?code=1&state=${state}`, {
          ...HTML,
          Cookie: cookie,
        });
        assert.strictEqual(replayed.status, 401, "a token of another sign-in");
        issuer.nonce = new URL(begun.headers.location).searchParams.get("nonce");
        const done = await rawRequest(origin, "GET", `/auth/callback?code=1&state=${state}`, {
          ...HTML,
          Cookie: cookie,
        });
        assert.strictEqual(new URL(done.headers.location).origin, origin, "never to another host");
        const tabs = [await rawRequest(origin, "GET", "/", HTML), await rawRequest(origin, "GET", "/", HTML)];
        const kept = tabs.map(({ headers }) => headers["set-cookie"][0].split(";")[0].split("="));
        const jar = Object.entries(Object.fromEntries(kept)).map((one) => one.join("="));
        for (const { headers } of tabs) {
          const { searchParams } = new URL(headers.location);
          issuer.nonce = searchParams.get("nonce");
          const path = `/auth/callback?code=1&state=${searchParams.get("state")}`;
          const { status } = await rawRequest(origin, "GET", path, { ...HTML, Cookie: jar.join("; ") });
          assert.strictEqual(status, 303, "two tabs sign in at the same time");
        }
      });
    });

    test("a sign-in service that fails leads to a page that says so", async (assert) => {
      const oidc = { DEMO_SIGN_IN: "", OIDC_ISSUER: issuer.origin, OIDC_CLIENT_ID: AUDIENCE, READERS: "*" };
      const access = { DEMO_SIGN_IN: "", ACCESS_TEAM_DOMAIN: issuer.origin, ACCESS_AUDIENCE: AUDIENCE };
      const isExplained = ({ status, headers, body }, what) => {
        assert.strictEqual(status, 503, what);
        assert.strictEqual(headers["content-type"], "text/html; charset=utf-8", what);
        assert.ok(body.includes("The sign-in service is unavailable.") && body.includes("Try again"), body);
      };
      const faults = [
        ["no response", (response) => response.destroy()],
        ["HTML", (response) => response.end("<!doctype html>")],
        ["no object", (response) => response.end("null")],
        ["HTTP 503", (response) => response.writeHead(503).end("{}")],
      ];
      await withWorker(oidc, async (origin) => {
        const begun = await rawRequest(origin, "GET", "/", HTML);
        const [cookie] = begun.headers["set-cookie"][0].split(";");
        const state = new URL(begun.headers.location).searchParams.get("state");
        const headers = { ...HTML, Cookie: cookie };
        for (const [what, fail] of faults) {
          issuer.fail = fail;
          isExplained(await rawRequest(origin, "GET", `/auth/callback?code=1&state=${state}`, headers), what);
        }
        issuer.fail = undefined;
      });
      await withWorker(access, async (origin) => {
        const headers = { ...HTML, "Cf-Access-Jwt-Assertion": await issuer.sign({}) };
        for (const [what, fail] of faults) {
          issuer.fail = fail;
          isExplained(await rawRequest(origin, "GET", "/", headers), `keys: ${what}`);
        }
        issuer.fail = undefined;
      });
    });

    test("OIDC: only an address that the issuer calls verified counts", async (assert) => {
      const settings = {
        DEMO_SIGN_IN: "",
        OIDC_ISSUER: issuer.origin,
        OIDC_CLIENT_ID: AUDIENCE,
        READERS: "ann@example.com, group:accounting",
        MASKED_READERS: "@example.com",
      };
      await withWorker(settings, async (origin) => {
        const email = "ann@example.com";
        for (const [claims, status] of [
          [{ email, email_verified: true }, 200],
          [{ email, email_verified: "true" }, 200],
          [{ email }, 403],
          [{ email, email_verified: false }, 403],
          [{ email, email_verified: "false" }, 403],
          [{ email, email_verified: 1 }, 403],
          [{ email, groups: ["accounting"] }, 200],
        ]) {
          const response = await relay(origin, { Cookie: `session=${await issuer.sign(claims)}` });
          assert.strictEqual(response.status, status, JSON.stringify(claims));
          assert.strictEqual(/"text"/.test(response.body), status === 200);
          if (status === 403) assert.ok(response.body.includes("email_verified"), "the operator is helped");
        }
        const stranger = { email: "eve@other.example", email_verified: true };
        const { body } = await relay(origin, { Cookie: `session=${await issuer.sign(stranger)}` });
        assert.notOk(body.includes("email_verified"), body);
      });
    });

    test("names that readers choose do not let them delete a person's messages", async (assert) => {
      const settings = {
        DEMO_SIGN_IN: "",
        ACCESS_TEAM_DOMAIN: issuer.origin,
        ACCESS_AUDIENCE: AUDIENCE,
        READERS: "*",
        ARCHIVE_FROM: "2025-01-01",
        ARCHIVE_SECRET: "a secret",
        ARCHIVE_ADMINS: "ann@example.com, , sub:7",
      };
      await withWorker(settings, async (origin) => {
        for (const [claims, status] of [
          [{ email: "Ann@example.com" }, 200],
          [{ sub: "7" }, 200],
          [{ email: "bob@example.com", sub: "7" }, 403],
          [{ name: "ann@example.com" }, 403],
          [{ sub: "ann@example.com" }, 403],
          [{ name: "sub:7" }, 403],
          [{ sub: "" }, 403],
          [{ name: "", sub: "" }, 403],
        ]) {
          const headers = {
            "Content-Type": "application/json",
            "Cf-Access-Jwt-Assertion": await issuer.sign(claims),
          };
          const number = JSON.stringify({ number: "15550100001" });
          const response = await rawRequest(origin, "POST", "/archive/forget", headers, number);
          assert.strictEqual(response.status, status, `${JSON.stringify(claims)}: ${response.body}`);
        }
      });
    });

    test("direct mode gives tokens to readers of everything, and to the Worker's own page", async (assert) => {
      await withWorker({ DIRECT_MODE: "on" }, async (origin) => {
        const token = (cookie, headers) =>
          rawRequest(origin, "POST", "/token", { Cookie: cookie, Origin: origin, ...headers });
        assert.strictEqual((await token("demo-role=reader")).status, 200);
        assert.strictEqual((await token("demo-role=masked")).status, 403);
        assert.strictEqual((await token("demo-role=reader", { Origin: "https://evil.example" })).status, 403);
        assert.strictEqual((await token("")).status, 401);
        const page = await open();
        page.origin = origin;
        await page.page.goto(origin);
        await page.page.click("form[action='/auth/demo/reader'] button");
        await page.page.waitForSelector("#content");
        await page.load({ view: "messages", from: "2025-12-20", to: "2025-12-31", zone: "UTC" });
        assert.strictEqual(await page.count(), "4,321 messages");
        await close(page, assert);
      });
      assert.strictEqual(
        (
          await rawRequest(dashboard.origin, "POST", "/token", {
            Cookie: "demo-role=reader",
            Origin: dashboard.origin,
          })
        ).status,
        404,
        "off by default",
      );
    });
  });
}

function unsigned(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ ...claims, exp: Date.now() / 1_000 + 60 })}.`;
}

/** A sign-in service: its keys as Access and as OIDC publish them, and the authorization code flow for one person. */
class Issuer {
  person = {};
  nonce;
  /** Responds instead of the issuer. */
  fail;
  #server;
  #keys;

  static async start() {
    const issuer = new Issuer();
    issuer.#keys = await generateKeyPair("RS256");
    issuer.#server = createServer((request, response) => issuer.#answer(request, response));
    issuer.#server.listen(0, "127.0.0.1");
    await once(issuer.#server, "listening");
    issuer.origin = `http://127.0.0.1:${issuer.#server.address().port}`;
    return issuer;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  sign(claims, { audience = AUDIENCE, issuer = this.origin, expires = "5m" } = {}) {
    return new SignJWT({ sub: "1", ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt("-5m")
      .setExpirationTime(expires)
      .sign(this.#keys.privateKey);
  }

  async #answer(request, response) {
    const json = (body) =>
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (this.fail) return this.fail(response);
    const url = new URL(request.url, this.origin);
    switch (url.pathname) {
      case "/jwks":
      case "/cdn-cgi/access/certs":
        return json({ keys: [{ ...(await exportJWK(this.#keys.publicKey)), kid: "1", alg: "RS256" }] });
      case "/.well-known/openid-configuration":
        return json({
          issuer: this.origin,
          authorization_endpoint: `${this.origin}/authorize`,
          token_endpoint: `${this.origin}/token`,
          jwks_uri: `${this.origin}/jwks`,
        });
      case "/authorize": {
        this.nonce = url.searchParams.get("nonce");
        const back = new URL(url.searchParams.get("redirect_uri"));
        back.searchParams.set("code", "code");
        back.searchParams.set("state", url.searchParams.get("state"));
        return response.writeHead(302, { Location: back.href }).end();
      }
      default:
        return json({ id_token: await this.sign({ ...this.person, nonce: this.nonce }) });
    }
  }
}
