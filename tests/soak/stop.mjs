// A reader stops after some pages: no request starts afterwards, and none stays in flight.
//
//   node tests/soak/stop.mjs [--rows N] [CASE...]
import { setTimeout as sleep } from "node:timers/promises";
import { clientOf } from "./lib/client.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, isSelected, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(50_000);
const TIMES = 100;
/** With this latency, requests are in flight when the reader stops and would be for some time after it. */
const LATENCY_MS = "100-160";
/** The server notices a closed connection with a delay, at the latest after it has generated the current rows. */
const NOTICE_MS = 60;
/** Longer than any response takes, so that late requests are counted. */
const AFTER_MS = 250;

const ABORTED = "enough";

/** The ways to stop after a number of pages. */
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
  const result = work(controller.signal, () => controller.abort(ABORTED));
  const reason = await result.then(
    () => "success",
    (reason) => reason,
  );
  if (reason !== ABORTED) throw new Error(`expected the signal's reason, got ${reason}`);
}

const sandbox = await startSandbox({ messages: ROWS, "latency-ms": LATENCY_MS });
for (const [name, stop] of Object.entries(WAYS).filter(([name]) => isSelected(name))) {
  await check(`stop: ${name}`, async (progress) => {
    let inFlightAtStop = 0;
    for (let time = 0; time < TIMES; time += 1) {
      let started = 0;
      const client = await clientOf(sandbox, {
        fetch: (url, init) => {
          started += 1;
          return fetch(url, init);
        },
      });
      await sandbox.resetStats();
      // After the first page there may be no other request yet; after the third there are some.
      await within(30, () => stop(client, time % 2 === 0 ? 1 : 3));
      const atStop = started;
      await sleep(NOTICE_MS);
      const noticed = await sandbox.stats();
      await sleep(AFTER_MS);
      const { inFlight, requests, responses } = await sandbox.stats();
      if (started !== atStop)
        throw new Error(`time ${time}: ${started - atStop} requests started after the stop`);
      if (noticed.inFlight + inFlight > 0)
        throw new Error(
          `time ${time}: ${noticed.inFlight} requests in flight ${NOTICE_MS} ms after the stop`,
        );
      if (requests > atStop)
        throw new Error(`time ${time}: ${requests} requests arrived, expected ${atStop}`);
      inFlightAtStop += responses.none ?? 0;
      progress.show(time + 1, TIMES, "times");
    }
    if (inFlightAtStop === 0)
      throw new Error("expected requests in flight when the reader stopped, got none");
    return `${TIMES} times, 0 requests after, 0 left in flight; ${inFlightAtStop} were cancelled in flight`;
  });
}
await sandbox.stop();
close();
