import { createRequire } from "node:module";
import { join } from "node:path";
import { folder } from "./environment.mjs";
import { accountOf, adminRequest, rejection, setFaults, tokenOf, trackingFetch } from "./helpers.mjs";

/** Two copies of this package in one process: one by `import`, one by `require()`. */
export default function copies(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;
  const require = createRequire(join(folder, "package.json"));
  const other = require("voximplant-sms-history");

  module("two copies of the package", (hooks) => {
    hooks.afterEach(() => adminRequest(context, "faults", "DELETE"));

    test("a limiter of one copy limits the clients of the other", async (assert) => {
      await setFaults(context, { kind: "latency", ms: 10 });
      assert.notStrictEqual(core.RateLimiter, other.RateLimiter);
      const token = await tokenOf(context);
      for (const [{ RateLimiter }, { SmsHistoryClient }] of [
        [core, other],
        [other, core],
      ]) {
        const [fetch, limiter] = [trackingFetch(), new RateLimiter({ maxInFlight: 1 })];
        const clients = [1, 2].map(
          () => new SmsHistoryClient({ token, baseUrl: sandbox.url, fetch, limiter }),
        );
        const calls = clients.flatMap((client) => [1, 2].map(() => client.getSmsHistory({ count: 1 })));
        await Promise.all(calls);
        assert.deepEqual([fetch.calls.length, fetch.peak], [4, 1]);
        const wrong = new SmsHistoryClient({ token, limiter: new RateLimiter({ maxInFlight: 0 }) });
        assert.equal((await rejection(wrong.getSmsHistory())).kind, "invalid_options");
      }
    });

    test("an account of one copy signs for the clients of the other", async (assert) => {
      const token = await accountOf(context);
      const client = new other.SmsHistoryClient({ token, baseUrl: sandbox.url });
      assert.equal((await client.getSmsHistory({ count: 1 })).length, 1);
    });

    test("an error of one is an instance of the class of the other, of every entry point", async (assert) => {
      const classes = [context.core, context.edge, other, require("voximplant-sms-history/edge")];
      for (const { SmsHistoryClient } of classes) {
        const error = await rejection(new SmsHistoryClient({ token: "x" }).getSmsHistory({ count: 0 }));
        for (const { SmsHistoryError } of classes) assert.ok(error instanceof SmsHistoryError);
      }
      assert.notStrictEqual(core.SmsHistoryError, other.SmsHistoryError);
      const { fakeError } = require("voximplant-sms-history/testing");
      assert.ok(fakeError("network") instanceof core.SmsHistoryError);
    });
  });
}
