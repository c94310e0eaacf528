import { rawRequest } from "./raw-request.mjs";

/** Tokens of the Worker: which pages get them, and how many. */
export default function tokens(QUnit, { gate, dashboard, open, close }) {
  const { module, test } = QUnit;
  const { origin } = dashboard;

  module("tokens", (hooks) => {
    let page;
    hooks.beforeEach(async () => {
      page = await open();
    });
    // The browser logs refused requests.
    hooks.afterEach((assert) =>
      close(page, assert, { expected: /^Access to fetch|^Failed to load resource/ }),
    );

    test("one token serves many requests", async (assert) => {
      await page.load();
      await page.next();
      await page.filter({ direction: "in" });
      const tokens = page.watched.responses.filter((response) => response.url() === `${origin}/token`);
      assert.strictEqual(tokens.length, 1);
    });

    test("only the Worker's own page gets tokens", async (assert) => {
      const own = { Origin: origin };
      assert.strictEqual((await rawRequest(origin, "POST", "/token", own)).status, 200, "the page itself");
      const foreign = [
        {},
        { Origin: "https://evil.example" },
        { Origin: "null" },
        { Origin: origin.replace("127.0.0.1", "localhost") },
        { Origin: `${origin}.evil.example` },
        { ...own, "Sec-Fetch-Site": "cross-site" },
        { ...own, "Sec-Fetch-Site": "same-site" },
      ];
      for (const headers of foreign) {
        const { status, body, headers: got } = await rawRequest(origin, "POST", "/token", headers);
        assert.strictEqual(status, 403, JSON.stringify(headers));
        assert.notOk(body.includes("eyJ"), "no token");
        assert.strictEqual(
          got["access-control-allow-origin"],
          undefined,
          "without permission to read the response",
        );
      }
      for (const method of ["GET", "PUT", "DELETE", "OPTIONS"]) {
        const { status, body, headers } = await rawRequest(origin, method, "/token", own);
        assert.strictEqual(status, 405, method);
        assert.strictEqual(headers.allow, "POST");
        assert.notOk(body.includes("eyJ"), "no token");
      }
      const { headers } = await rawRequest(origin, "POST", "/token", own);
      assert.strictEqual(headers["cache-control"], "no-store", "tokens are not cached");
    });

    test("another page in the same browser gets no token", async (assert) => {
      await page.page.goto(gate.blankPage);
      const devtools = await page.page.createCDPSession();
      await devtools.send("Network.enable");
      // The response on the wire, even if the page may not read it.
      const statuses = [];
      devtools.on("Network.responseReceivedExtraInfo", ({ statusCode }) => statuses.push(statusCode));
      const read = await page.page.evaluate(
        (url) =>
          fetch(url, { method: "POST" }).then(
            (response) => response.text(),
            () => "refused",
          ),
        `${origin}/token`,
      );
      assert.strictEqual(read, "refused");
      assert.deepEqual(statuses, [403]);
    });
  });
}
