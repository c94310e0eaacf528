// A whole history while messages arrive, in each order that the API may have.
//
//   node tests/soak/inserts.mjs [--rows N]
import { setTimeout as sleep } from "node:timers/promises";
import { clientOf } from "./lib/client.mjs";
import { compareIds, judge, readAll } from "./lib/history.mjs";
import { whole } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, expectNone, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(200_000);
const PER_SECOND = 50;
/** Long enough for hundreds of arrivals during the reading. */
const LATENCY_MS = "100-300";

for (const order of ["asc", "desc", "shuffled"]) {
  await check(`inserts ${order}`, async (progress) => {
    const sandbox = await startSandbox({ messages: ROWS, order, "latency-ms": LATENCY_MS });
    try {
      const before = await sandbox.ids();
      await sandbox.insertPerSecond(PER_SECOND);
      // So that messages arrive on both sides of the pinned end.
      await sleep(2_500);
      const arrivedBefore = (await sandbox.ids()).length - ROWS;
      const client = await clientOf(sandbox);
      const onPage = (read, total) => progress.show(read, total);
      const read = await within(600, (signal) => readAll(client, {}, { signal, onPage }));
      await sandbox.insertPerSecond(0);

      const found = await judge(sandbox, read, client.pinned());
      const { lost } = compareIds(read.ids(), before);
      if (lost > 0) found.push(`${lost} lost of those that were there before the first arrival`);
      const arrived = (await sandbox.ids()).length - ROWS - arrivedBefore;
      if (arrived === 0) found.push("nothing arrived during the reading");
      expectNone(found);
      return (
        `${whole(read.count)} rows, ${whole(arrived)} arrived during the reading; ` +
        "0 lost, 0 doubled, sums equal the sandbox's"
      );
    } finally {
      await sandbox.stop();
    }
  });
}
close();
