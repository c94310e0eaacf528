import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { bodyOf, ROW, SECRET, sleep } from "./helpers.mjs";

/** Objects that callers drop without stopping them. Only Node lets tests collect garbage. */
export default function garbage(QUnit, { core }) {
  const { module, test } = QUnit;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");

  module("garbage", () => {
    test("the next call aborts the requests of a garbage-collected history", async (assert) => {
      const requests = [];
      const fetch = async (url, { signal }) => {
        const offset = Number(new URL(url).searchParams.get("offset") ?? 0);
        requests.push({ offset, signal });
        if (offset > 2) return new Promise(() => {});
        const rows = [1, 2].map((id) => ({ ...ROW, message_id: offset + id }));
        return new Response(bodyOf(rows, 40));
      };
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      await (async () => {
        const pages = client.pages({ toDate: "2026-01-01 00:00:00", count: 2 });
        for (const _ of [1, 2]) assert.equal((await pages.next()).value.length, 2);
      })();
      const ahead = requests.filter(({ offset }) => offset > 2);
      assert.ok(ahead.length > 0, "it has read ahead");
      const ended = () => ahead.filter(({ signal }) => signal.aborted).length;
      for (let round = 0; round < 20; round += 1) {
        await sleep(5);
        collect();
      }
      assert.equal(ended(), 0, "nothing is entered outside of a call");
      await client.getSmsHistory();
      assert.equal(ended(), ahead.length, "the next call gives back what was collected");
    });

    test("pages that were read leave nothing behind", async (assert) => {
      const limit = 1_000;
      const fetch = async (url) => {
        const offset = Number(new URL(url).searchParams.get("offset") ?? 0);
        // Requests are in flight whenever a page is read.
        await new Promise(setImmediate);
        return new Response(bodyOf([{ ...ROW, message_id: offset + 1 }], 2 * limit));
      };
      const client = new core.SmsHistoryClient({ token: SECRET, fetch });
      const used = [];
      while (used.length < 4) {
        for await (const page of client.pages({ toDate: "2026-01-01 00:00:00", count: 1 }, { limit }))
          page.at(0);
        await sleep(5);
        collect();
        used.push(process.memoryUsage().heapUsed);
      }
      const bytes = (used[3] - used[1]) / 2 / limit;
      assert.ok(bytes < 100, `${bytes} bytes a page`);
    });
  });
}
