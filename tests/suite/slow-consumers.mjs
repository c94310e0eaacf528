import { bodyOf, rejection, SECRET, sleep } from "./helpers.mjs";

/** A fetch over `count` rows. A response that `fail` returns takes precedence. */
function historyOf(count, fail = () => undefined) {
  const rows = Array.from({ length: count }, (_, at) => ({ message_id: at + 1 }));
  return async (url) => {
    const { searchParams } = new URL(url);
    const offset = Number(searchParams.get("offset") ?? 0);
    const size = Number(searchParams.get("count") ?? 1000);
    const failure = fail(offset);
    return failure ?? new Response(bodyOf(rows.slice(offset, offset + size), count));
  };
}

/** Consumers that are slower than the timeouts, and clocks that change. */
export default function slowConsumers(QUnit, { core }) {
  const { module, test } = QUnit;

  module("slow consumers", () => {
    /** One page fails once, and is requested again while the consumer processes the page before. */
    const failingOnce = () => {
      let failures = 0;
      return (offset) => {
        if (offset !== 200 || failures > 0) return undefined;
        failures += 1;
        return new Response("", { status: 503 });
      };
    };
    const options = { token: SECRET, timeoutMs: 1000, retry: { baseDelayMs: 50, maxDelayMs: 50 } };
    /** Takes longer than timeoutMs after the second page, while later pages are prefetched. */
    const slowly = (page) => page === 2 && sleep(1200);

    test("a consumer that takes longer than timeoutMs gets the next page", async (assert) => {
      const client = new core.SmsHistoryClient({ ...options, fetch: historyOf(400, failingOnce()) });
      const lengths = [];
      for await (const page of client.pages({ count: 100 })) await slowly(lengths.push(page.length));
      assert.deepEqual(lengths, [100, 100, 100, 100]);
    });

    test("a consumer of an export that takes longer than timeoutMs gets the next chunk", async (assert) => {
      const client = new core.SmsHistoryClient({ ...options, fetch: historyOf(400, failingOnce()) });
      const reader = client.exportHistory({ count: 100 }, { format: "ndjson" }).getReader();
      const lengths = [];
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        await slowly(lengths.push(new TextDecoder().decode(value).trim().split("\n").length));
      }
      assert.deepEqual(lengths, [100, 100, 100, 100]);
    });

    test("the error of a prefetched page is thrown after the pages before it", async (assert) => {
      const fetch = historyOf(400, (offset) =>
        offset === 200 ? new Response("", { status: 403 }) : undefined,
      );
      const client = new core.SmsHistoryClient({ ...options, fetch });
      const pages = client.pages({ count: 100 });
      for (let page = 0; page < 2; page += 1) {
        assert.equal((await pages.next()).value.length, 100);
        await sleep(50);
      }
      const error = await rejection(pages.next());
      assert.deepEqual([error.kind, error.httpStatus], ["http", 403]);
      assert.deepEqual(await pages.next(), { done: true, value: undefined });
    });

    for (const [name, by] of [
      ["back", -3_600_000],
      ["forward", 3_600_000],
    ]) {
      test(`setting the clock ${name} by an hour between two calls delays none`, async (assert) => {
        const client = new core.SmsHistoryClient({
          token: SECRET,
          fetch: historyOf(1),
          limiter: { requestsPerSecond: 20 },
        });
        await client.getSmsHistory();
        const { now } = Date;
        Date.now = () => now() + by;
        try {
          const began = performance.now();
          await client.getSmsHistory();
          await client.getSmsHistory();
          assert.ok(performance.now() - began < 2_000);
        } finally {
          Date.now = now;
        }
      });
    }
  });
}
