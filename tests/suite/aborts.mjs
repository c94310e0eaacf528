import { accountOf, bodyOf, ROW, recordingFetch, rejection, SECRET, stubFetch } from "./helpers.mjs";

/** Calls that are aborted. */
export default function aborts(QUnit, context) {
  const { core, edge, sandbox } = context;
  const { module, test } = QUnit;

  module("abort", () => {
    const reasons = [
      ["an Error", new Error("enough")],
      ["a string", "enough"],
      ["an object", { kind: "mine", message: "x" }],
      ["nothing", undefined],
    ];
    const hanging = () =>
      recordingFetch(
        (_, { signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      );
    const slowBody = () =>
      recordingFetch(
        async (_, { signal }) =>
          new Response(
            new ReadableStream({
              start: (c) => {
                c.enqueue(new TextEncoder().encode('{"result":['));
                signal.addEventListener("abort", () => c.error(signal.reason));
              },
            }),
          ),
      );
    const busy = () => stubFetch("busy", { status: 503, headers: { "retry-after": "5" } });
    for (const [name, reason] of reasons) {
      test(`with ${name} during the delay before a retry rejects with the signal's own reason`, async (assert) => {
        const controller = new AbortController();
        const fetch = busy();
        const onEvent = ({ type }) => type === "retry" && setTimeout(() => controller.abort(reason));
        const client = new core.SmsHistoryClient({ token: SECRET, fetch, onEvent });
        const thrown = await rejection(client.getSmsHistory({}, { signal: controller.signal }));
        assert.strictEqual(thrown, controller.signal.reason);
        assert.equal(fetch.calls.length, 1);
      });

      for (const [when, make] of [
        ["before the start", hanging],
        ["during the request", hanging],
        ["during the body", slowBody],
      ]) {
        test(`with ${name} ${when} rejects with the signal's own reason and stops the request`, async (assert) => {
          const controller = new AbortController();
          const fetch = make();
          const client = new core.SmsHistoryClient({ token: SECRET, fetch });
          if (when === "before the start") controller.abort(reason);
          const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
          if (when !== "before the start") {
            while (fetch.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
            controller.abort(reason);
          }
          const thrown = await call;
          assert.strictEqual(thrown, controller.signal.reason);
          if (when === "before the start") assert.equal(fetch.calls.length, 0);
          else assert.ok(fetch.calls[0].init.signal.aborted);
        });
      }
    }

    test("a client can be used after an abort", async (assert) => {
      const controller = new AbortController();
      const client = new edge.SmsHistoryClient({ token: await accountOf(context), baseUrl: sandbox.url });
      const call = rejection(client.getSmsHistory({}, { signal: controller.signal }));
      controller.abort("enough");
      assert.equal(await call, "enough");
      assert.equal((await client.getSmsHistory({ count: 2 })).length, 2);
    });

    test("an abort after the call has settled has no effect", async (assert) => {
      const controller = new AbortController();
      const client = new core.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([ROW])) });
      const page = await client.getSmsHistory({}, { signal: controller.signal });
      controller.abort();
      assert.equal(page.at(0).messageId, ROW.message_id);
    });
  });
}
