// A reader that stops after the first page: nothing more is asked for, and nothing is left under way.
//
//   node tests/soak/stop.mjs [--rows N] [CASE...]
import { setTimeout as sleep } from "node:timers/promises";
import { clientOf } from "./lib/client.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, named, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(50_000);
const TIMES = 100;
/** Long enough that requests are under way when the reader stops, and would be for some time after it. */
const LATENCY_MS = "100-160";
/** The server learns that a connection was closed a moment after that, and not before it has made the rows it is about. */
const NOTICE_MS = 60;
/** Longer than any reply takes: a request that started late would be seen. */
const AFTER_MS = 250;

const ABORTED = "enough";

/** Each stops after so many pages. */
const WAYS = {
  "break in pages()": async (client, pages) => {
    for await (const _ of client.pages()) {
      pages -= 1;
      if (pages === 0) break;
    }
  },
  "return() of pages()": async (client, pages) => {
    const history = client.pages();
    await take(history, pages);
    await history.return();
  },
  "return() during next()": async (client, pages) => {
    const history = client.pages();
    await take(history, pages);
    const next = history.next();
    await history.return();
    await next;
  },
  "abort of pages()": (client, pages) =>
    aborted(async (signal, abort) => {
      const history = client.pages({}, { signal });
      await take(history, pages);
      abort();
      await history.next();
    }),
  "break in messages()": async (client, pages) => {
    let messages = 0;
    for await (const _ of client.messages()) {
      messages += 1;
      if (messages > (pages - 1) * 1_000) break;
    }
  },
  "abort of summarize()": (client, pages) =>
    aborted((signal, abort) => {
      const onProgress = ({ read }) => read >= pages * 1_000 && abort();
      return client.summarize({}, { signal, onProgress });
    }),
  "cancel of exportHistory()": async (client, pages) => {
    const reader = client.exportHistory().getReader();
    for (let chunks = 0; chunks <= pages; chunks += 1) await reader.read();
    await reader.cancel();
  },
};

async function take(history, pages) {
  for (let page = 0; page < pages; page += 1) await history.next();
}

async function aborted(work) {
  const controller = new AbortController();
  const outcome = work(controller.signal, () => controller.abort(ABORTED));
  const reason = await outcome.then(
    () => "success",
    (reason) => reason,
  );
  if (reason !== ABORTED) throw new Error(`expected the signal's reason, not ${reason}`);
}

const sandbox = await startSandbox({ messages: ROWS, "latency-ms": LATENCY_MS });
for (const [name, stop] of Object.entries(WAYS).filter(([name]) => named(name))) {
  await check(`stop: ${name}`, async (progress) => {
    let underWay = 0;
    for (let time = 0; time < TIMES; time += 1) {
      let started = 0;
      const client = await clientOf(sandbox, {
        fetch: (url, init) => {
          started += 1;
          return fetch(url, init);
        },
      });
      await sandbox.resetStats();
      // After the first page no other may be asked for yet; after the third some are.
      await within(30, () => stop(client, time % 2 === 0 ? 1 : 3));
      const atStop = started;
      await sleep(NOTICE_MS);
      const noticed = await sandbox.stats();
      await sleep(AFTER_MS);
      const { inFlight, requests, replies } = await sandbox.stats();
      if (started !== atStop)
        throw new Error(`time ${time}: ${started - atStop} requests started after the stop`);
      if (noticed.inFlight + inFlight > 0)
        throw new Error(
          `time ${time}: ${noticed.inFlight} requests in flight ${NOTICE_MS} ms after the stop`,
        );
      if (requests > atStop)
        throw new Error(`time ${time}: ${requests} requests came, ${atStop} were started`);
      underWay += replies.none ?? 0;
      progress.show(time + 1, TIMES, "times");
    }
    if (underWay === 0) throw new Error("no request was ever under way when the reader stopped");
    return `${TIMES} times, 0 requests after, 0 left in flight; ${underWay} were ended under way`;
  });
}
await sandbox.stop();
close();
