import { accountOf, bodyOf, ROW, rejection, SECRET, sleep, stubFetch, UNTIL } from "./helpers.mjs";
import { opened } from "./instances.mjs";

/** The size of a WebAssembly page. */
const WASM_PAGE = 64 * 1024;

/** A fetch that delays every fourth response, so that later pages must wait in the buffer. */
function outOfTurn() {
  let requests = 0;
  return async (...parameters) => {
    const isLast = requests++ % 4 === 0;
    const response = await fetch(...parameters);
    if (isLast) await sleep(15);
    return response;
  };
}

/** WebAssembly memory never shrinks, so a long history must reuse the memory of its pages. */
export default function memory(QUnit, context) {
  const { core, edge, inside, sandbox } = context;
  const { module, test } = QUnit;

  module("memory", () => {
    test('pain of "free()": no returned object has to be freed', async (assert) => {
      const limiter = new core.RateLimiter({ maxInFlight: 1 });
      const client = new edge.SmsHistoryClient({ token: SECRET, fetch: stubFetch(bodyOf([ROW])), limiter });
      const page = await client.getSmsHistory();
      const handedOut = {
        ...{ limiter, client, page, row: page.at(0), totals: page.totals, account: await accountOf(context) },
        ...{ pages: client.pages(), messages: client.messages(), summary: await client.summarize() },
        error: await rejection(client.getSmsHistory({ count: 0 })),
      };
      for (const [name, value] of Object.entries(handedOut))
        for (const way of ["free", Symbol.dispose, Symbol.asyncDispose].filter(Boolean))
          assert.notOk(way in value, `${name} ${String(way)}`);
    });

    for (const build of ["core", "edge"]) {
      test(`pain of "free()": a hundred pages of ${build} take no more memory than twenty`, async (assert) => {
        const { memories, SmsHistoryClient } = opened(inside, build);
        const token = await (await accountOf(context)).mintToken({ ttlSeconds: 600 });
        const client = new SmsHistoryClient({ token, baseUrl: sandbox.url, fetch: outOfTurn() });
        const sizes = [];
        // A history has 44 pages, and a set of ids of its own.
        while (sizes.length < 100) {
          for await (const page of client.pages({ toDate: UNTIL, count: 100 })) {
            assert.ok(page.length > 0);
            sizes.push(memories[0].buffer.byteLength);
          }
        }
        assert.equal(memories.length, 1);
        assert.ok(
          sizes[99] <= sizes[19] + WASM_PAGE,
          `${sizes[19]} bytes after 20 pages, ${sizes[99]} after 100`,
        );
        assert.ok(sizes[0] <= 10 * WASM_PAGE, `${sizes[0]} bytes after the first page`);
      });
    }
  });
}
