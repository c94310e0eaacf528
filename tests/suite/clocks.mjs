import {
  accountOf,
  clearFaultsAfterEach,
  recordingFetch,
  SECRET,
  setFaults,
  watchedClient,
} from "./helpers.mjs";

/** Clock skew between this machine and the server, and its correction. */
export default function clocks(QUnit, context) {
  const { core, edge } = context;
  const { module, test } = QUnit;

  module("clock skew", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    const isAbout = (skewMs, seconds) => Math.abs(skewMs - seconds * 1000) < 5000;
    for (const seconds of [-600, 900]) {
      const name = `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead"}`;
      const code = seconds < 0 ? 455 : 456;

      for (const [build, lib] of [
        ["core", core],
        ["edge", edge],
      ]) {
        test(`a server ${name}: a service account corrects its tokens, with ${build}'s client`, async (assert) => {
          await setFaults(context, { kind: "clock", skew: seconds });
          const token = await accountOf(context);
          const { client, fetch, events } = await watchedClient(context, { token }, lib);
          assert.equal((await client.getSmsHistory({ count: 4 })).length, 4);
          assert.equal(fetch.calls.length, 2);
          const renewed = events.find(({ type }) => type === "tokenRenewed");
          assert.equal(renewed.code, code);
          assert.ok(isAbout(renewed.clockSkewMs, seconds), `${renewed.clockSkewMs}`);
          // The account keeps the skew for all its clients.
          const other = await watchedClient(context, { token }, lib);
          assert.equal((await other.client.getSmsHistory({ count: 4 })).length, 4);
          assert.equal(other.fetch.calls.length, 1);
        });
      }

      for (const [build, lib] of [
        ["core", core],
        ["edge", edge],
      ]) {
        test(`a server that is no longer ${name}: a service account drops its correction, with ${build}'s client`, async (assert) => {
          await setFaults(context, { kind: "clock", skew: seconds });
          const { client, fetch } = await watchedClient(context, { token: await accountOf(context) }, lib);
          await client.getSmsHistory({ count: 1 });
          await setFaults(context);
          assert.equal((await client.getSmsHistory({ count: 4 })).length, 4);
          const { length } = fetch.calls;
          assert.ok(length <= 4, `${length} requests`);
          assert.equal((await client.getSmsHistory({ count: 4 })).length, 4);
          assert.equal(fetch.calls.length, length + 1);
        });
      }

      test(`a server ${name}: a token callback gets the skew`, async (assert) => {
        await setFaults(context, { kind: "clock", skew: seconds });
        const asked = [];
        const account = await accountOf(context);
        const source = account[Symbol.for("voximplant-sms-history.tokenSource")].bind(account);
        const token = ({ signal, ...request }) => {
          asked.push(request);
          return source({ signal, ...request });
        };
        const { client } = await watchedClient(context, { token });
        assert.equal((await client.getSmsHistory({ count: 4 })).length, 4);
        const [first, second, ...more] = asked;
        assert.deepEqual([first, more], [{ renew: false }, []]);
        assert.strictEqual(second.renew, true);
        assert.ok(isAbout(second.clockSkewMs, seconds), `${second.clockSkewMs}`);
      });

      test(`a server ${name}: a history ends at the server's time`, async (assert) => {
        await setFaults(context, { kind: "clock", skew: seconds });
        const { client, fetch } = await watchedClient(context, { token: await accountOf(context) });
        await client.pages({ count: 10 }).next();
        const end = fetch.calls.at(-1).url.searchParams.get("to_date");
        const skew = Date.parse(`${end.replace(" ", "T")}Z`) - Date.now();
        assert.ok(isAbout(skew, seconds), end);
      });
    }

    test("the Date of a response from a cache ends no history earlier", async (assert) => {
      const headers = { date: new Date(Date.now() - 1_800_000).toUTCString(), age: "1800" };
      const fetch = recordingFetch(async () => new Response('{"result":[],"total_count":0}', { headers }));
      await new core.SmsHistoryClient({ token: SECRET, fetch }).pages().next();
      const end = fetch.calls.at(-1).url.searchParams.get("to_date");
      assert.ok(isAbout(Date.parse(`${end.replace(" ", "T")}Z`) - Date.now(), 0), end);
    });
  });
}
