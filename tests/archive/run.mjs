// Tests the archive: the Worker with its Workflow and a persisted D1 database in workerd, against the sandbox.
//
//   node tests/archive/run.mjs [PART...]
//
// `cargo xtask soak archive` runs the same parts with a million messages.
import assert from "node:assert/strict";
import { formatInteger } from "../soak/lib/progress.mjs";
import { check, close, isSelected } from "../soak/lib/scenario.mjs";
import { testAnswers } from "./answers.mjs";
import { testErrorCodes } from "./error-codes.mjs";
import { compareRows, compareSums } from "./lib/compare.mjs";
import {
  addRecent,
  backfillUnderFaults,
  backfillWithKills,
  markAllDue,
  withArchive,
  writtenByRereading,
} from "./lib/parts.mjs";
import { testErrors, testPrivacy } from "./privacy.mjs";

const MESSAGES = 60_000;
const ANSWER_MESSAGES = 12_000;

if (isSelected("copy")) {
  await withArchive({ messages: MESSAGES }, async (deployment, sandbox) => {
    await check(`a history of ${formatInteger(MESSAGES)} messages is exact after three kills`, async () => {
      const killed = await backfillWithKills(deployment, sandbox, 3, 600);
      await compareRows(deployment, sandbox);
      return `${killed}; every field equal`;
    });

    await check("reading everything again writes nothing", async () => {
      const { rows, written } = await writtenByRereading(deployment);
      if (rows !== MESSAGES) throw new Error(`expected ${MESSAGES} read messages, got ${rows}`);
      if (written !== 0) throw new Error(`expected 0 written rows, got ${written}`);
      return `${formatInteger(rows)} messages read, 0 rows written`;
    });

    await check("an older reading does not overwrite a newer one", async () => {
      const row = (status) =>
        JSON.stringify([[7, "a", "b", "out", 1, 0, status, null, null, null, 1000, 1, null, "hi", 1]]);
      const written = [];
      for (const [status, readAt] of [
        [3, 10],
        [1, 20],
        [3, 15],
        [2, 30],
      ]) {
        await deployment.call(`baseline?readAt=${readAt}`, row(status));
        const { results } = await deployment.call("sql", {
          db: "BASELINE",
          sql: "SELECT status FROM message",
        });
        written.push(results[0].status);
      }
      assert.deepEqual(written, [3, 1, 1, 2]);
      return "4 readings";
    });

    await check("the sums of a day that a message leaves are updated by the next run", async () => {
      const [{ id, at }] = await deployment.sql(
        "SELECT message_id AS id, at FROM message WHERE dated = 1 ORDER BY at LIMIT 1 OFFSET 500",
      );
      const days = () =>
        deployment.sql(
          "SELECT day, sum(count) AS count FROM day WHERE day BETWEEN ?1 AND ?1 + 1 GROUP BY day",
          Math.floor(at / 86_400_000),
        );
      const before = await days();
      await deployment.sql("UPDATE message SET at = at + 86400000 WHERE message_id = ?", id);
      await deployment.run();
      const [from] = await days();
      assert.equal(from.count, before[0].count - 1);
      await deployment.sql("UPDATE message SET at = at - 86400000 WHERE message_id = ?", id);
      await deployment.sql("UPDATE win SET due = 1 WHERE start <= ?1 AND stop >= ?1", at);
      await deployment.run();
      assert.deepEqual(await days(), before);
      return "1 message";
    });

    await check("falsified statuses and missing rows are mended by the nightly pass", async () => {
      await deployment.sql("DELETE FROM message WHERE message_id % 1009 = 0");
      await deployment.sql("UPDATE message SET status = 1 WHERE status = 3 AND message_id % 7 = 0");
      await deployment.sql("UPDATE win SET due = 1 WHERE id % 2 = 0");
      await deployment.run({ tasks: ["verify"] });
      const rows = await deployment.sql("SELECT count(*) AS count FROM win WHERE state <> 'exact'");
      await markAllDue(deployment);
      await deployment.run();
      await compareSums(deployment, sandbox);
      return `${rows[0].count} windows left`;
    });
  });
}

if (isSelected("answers")) {
  await testErrorCodes();
  await withArchive({ messages: ANSWER_MESSAGES }, async (deployment, sandbox) => {
    // Late ones have newer ids than newer messages.
    await addRecent(sandbox, 5);
    await deployment.run();
    await testAnswers(deployment, sandbox);
  });
}

if (isSelected("privacy")) await testPrivacy();
if (isSelected("errors")) await testErrors();

if (isSelected("faults")) {
  await check("a history is exact after faults, late messages, status changes and deletions", () =>
    withArchive({ messages: 5_000 }, (deployment, sandbox) =>
      backfillUnderFaults(deployment, sandbox, { isQuick: true }),
    ),
  );
}
close();
