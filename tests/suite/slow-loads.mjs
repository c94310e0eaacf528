import { answering, bodyOf, counted, rejection, SECRET, sleep } from "./helpers.mjs";

/** WebAssembly that takes its time to load. */
export default function slowLoads(QUnit, { inside }) {
  const { module, test } = QUnit;

  /** A client whose WebAssembly comes when it is told to, and what it asks for until then. */
  function loading() {
    let arrive;
    const loaded = new Promise((resolve) => {
      arrive = () => resolve(inside.coreModule);
    });
    const fetch = answering(bodyOf([]));
    const SmsHistoryClient = inside.clientOf(new inside.Instance(inside.coreGlue, () => loaded));
    return { client: new SmsHistoryClient({ token: SECRET, fetch }), fetch, arrive };
  }

  const ways = {
    "getSmsHistory()": (client, options) => client.getSmsHistory({}, options),
    "download()": (client, options) => client.download({ output: "csv" }, options),
    "summarize()": (client, options) => client.summarize({}, options),
    "pages()": (client, options) => client.pages({}, options).next(),
    "messages()": (client, options) => client.messages({}, options).next(),
    "exportHistory()": (client, options) => client.exportHistory({}, options).getReader().read(),
  };

  module("while the WebAssembly loads", () => {
    for (const [way, begin] of Object.entries(ways)) {
      for (const reason of [new Error("enough"), undefined, { kind: "mine", message: "x" }]) {
        test(`an abort of ${way} rejects with the signal's own reason at once: ${typeof reason}`, async (assert) => {
          const { client, fetch, arrive } = loading();
          const controller = new AbortController();
          const { signal } = controller;
          const during = rejection(begin(client, { signal }));
          await sleep(5);
          controller.abort(reason);
          assert.strictEqual(await during, signal.reason);
          assert.strictEqual(await rejection(begin(client, { signal })), signal.reason);
          arrive();
          assert.equal((await client.getSmsHistory()).length, 0);
          assert.equal(fetch.calls.length, 1, "of the calls that were aborted nothing is left");
        });
      }
    }

    test("a signal that does not fire hears nothing of it afterwards", async (assert) => {
      const { client, arrive } = loading();
      const { signal, listeners } = counted(new AbortController().signal);
      const call = client.getSmsHistory({}, { signal });
      await sleep(5);
      assert.equal(listeners(), 1);
      arrive();
      assert.equal((await call).length, 0);
      assert.equal(listeners(), 0);
    });

    for (const method of ["pages", "messages"]) {
      test(`return() of ${method}() ends it and the next() that is pending at once`, async (assert) => {
        const { client, fetch, arrive } = loading();
        const iterator = client[method]();
        const pending = [iterator.next(), iterator.next()];
        await sleep(5);
        assert.deepEqual(await iterator.return(), { done: true, value: undefined });
        for (const next of pending) assert.deepEqual(await next, { done: true, value: undefined });
        arrive();
        assert.equal((await client.getSmsHistory()).length, 0);
        assert.equal(fetch.calls.length, 1, "the history does not begin");
      });
    }
  });
}
