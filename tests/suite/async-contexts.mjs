import { bodyOf, ROW, recordingFetch, SECRET } from "./helpers.mjs";

const USERS = Array.from({ length: 20 }, (_, index) => `user-${index}`);

/** Calls that other code of the same process surrounds: their async context, and replaced globals. */
export default function asyncContexts(QUnit, { core, AsyncLocalStorage }) {
  const { module, test } = QUnit;
  // Without a body of the runtime, which may use the replaced globals itself.
  const respond = async () => ({
    status: 200,
    headers: new Headers({ "content-type": "application/json" }),
    arrayBuffer: async () => new TextEncoder().encode(bodyOf([ROW])).buffer,
  });

  module("async contexts", () => {
    if (!AsyncLocalStorage) return;
    const user = new AsyncLocalStorage();
    const calls = {
      getSmsHistory: (client) => client.getSmsHistory(),
      count: (client) => client.count(),
      pages: async (client, onProgress) => {
        for await (const page of client.pages({}, { onProgress })) page.toArray();
      },
      summarize: (client, onProgress) => client.summarize({}, { onProgress }),
      exportHistory: (client, onProgress) => new Response(client.exportHistory({}, { onProgress })).text(),
    };
    for (const [method, call] of Object.entries(calls)) {
      test(`${method} calls the caller's functions in its own context, and not in that of a concurrent call`, async (assert) => {
        const events = new Map();
        const fetch = recordingFetch((_, init) => {
          init.user = user.getStore();
          return respond();
        });
        const client = new core.SmsHistoryClient({
          token: async () => `${SECRET}.${user.getStore()}`,
          fetch,
          onEvent: (event) => {
            const { call } = event;
            events.set(call, (events.get(call) ?? new Set()).add(user.getStore()));
          },
        });
        // All calls start in one turn, from a promise that they share.
        const start = client.ready();
        const others = [];
        const handle = (name) =>
          user.run(name, async () => {
            await start;
            await call(client, () => user.getStore() === name || others.push(user.getStore()));
            return user.getStore();
          });
        assert.deepEqual(await Promise.all(USERS.map(handle)), USERS);
        const sent = fetch.calls.map(({ init }) => init);
        assert.deepEqual([...new Set(sent.map((init) => init.user))].sort(), [...USERS].sort());
        for (const init of sent) assert.equal(init.headers.Authorization, `Bearer ${SECRET}.${init.user}`);
        assert.deepEqual([...events.values()].map(([name]) => name).sort(), [...USERS].sort());
        assert.ok([...events.values()].every(({ size }) => size === 1));
        assert.deepEqual(others, []);
      });
    }
  });

  module("replaced globals", () => {
    test("a call ends although queueMicrotask runs nothing, as that of fake timers", async (assert) => {
      const client = new core.SmsHistoryClient({ token: SECRET, fetch: respond });
      await client.ready();
      const { queueMicrotask } = globalThis;
      globalThis.queueMicrotask = () => {};
      let page;
      try {
        page = client.getSmsHistory();
        await new Promise((resolve) => setTimeout(resolve));
      } finally {
        globalThis.queueMicrotask = queueMicrotask;
      }
      assert.equal((await page).length, 1);
    });
  });
}
