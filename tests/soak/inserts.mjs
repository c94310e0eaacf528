// Reads a whole history while messages arrive, in each order that the API may have.
//
//   node tests/soak/inserts.mjs [--rows N]
import { setTimeout as sleep } from "node:timers/promises";
import { clientOf } from "./lib/client.mjs";
import { compareIds, findProblems, readAll } from "./lib/history.mjs";
import { formatInteger } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, expectNone, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(200_000);
const PER_SECOND = 50;
/** With this latency, hundreds of messages arrive during the reading. */
const LATENCY_MS = "100-300";

for (const order of ["asc", "desc", "shuffled"]) {
  await check(`inserts ${order}`, async (progress) => {
    const sandbox = await startSandbox({ messages: ROWS, order, "latency-ms": LATENCY_MS });
    try {
      const before = await sandbox.ids();
      await sandbox.insertPerSecond(PER_SECOND);
      // Messages arrive before and after the end of the history.
      await sleep(2_500);
      const arrivedBefore = (await sandbox.ids()).length - ROWS;
      const client = await clientOf(sandbox);
      const onPage = (read, total) => progress.show(read, total);
      const read = await within(600, (signal) => readAll(client, {}, { signal, onPage }));
      await sandbox.insertPerSecond(0);

      const problems = await findProblems(sandbox, read, client.endDate());
      const { missing } = compareIds(read.ids(), before);
      if (missing > 0) problems.push(`${missing} of the messages before the first arrival missing`);
      const arrived = (await sandbox.ids()).length - ROWS - arrivedBefore;
      if (arrived === 0) problems.push("no message arrived during the reading");
      expectNone(problems);
      return (
        `${formatInteger(read.count)} rows, ${formatInteger(arrived)} arrived during the reading; ` +
        "0 missing, 0 repeated, sums equal to the sandbox's"
      );
    } finally {
      await sandbox.stop();
    }
  });
}
close();
