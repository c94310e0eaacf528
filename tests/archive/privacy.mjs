// Deleting persons and old messages, and the errors that a reader can act on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { check } from "../soak/lib/scenario.mjs";
import { compareSums } from "./lib/compare.mjs";
import { markAllDue, withArchive } from "./lib/parts.mjs";
import { withUnreadableMessages } from "./lib/unreadable.mjs";

const SPAN = { fromDate: "2015-01-01T00:00:00Z", toDate: "2030-01-01T00:00:00Z" };
const SECRET = "a secret of this deployment";
/** A run whose step is repeated takes longer: the waits between the attempts last 126 s. */
const BEFORE_RETRIES_END_S = 110;

/** The number with the most received messages, and one of its texts' words. */
async function personOf(deployment) {
  const { entries } = await deployment.answer("top", { filter: SPAN, by: "recipients", limit: 1 });
  return entries[0].value;
}

/** Everything that the database has of a number. */
async function tracesOf(deployment, number, ids) {
  const [{ messages }] = await deployment.sql(
    "SELECT count(*) AS messages FROM message WHERE source = ?1 OR destination = ?1 OR instr(error, ?1) OR instr(text, ?1)",
    number,
  );
  const [{ hits }] = await deployment.sql(
    "SELECT count(*) AS hits FROM message_text WHERE message_text MATCH ?1 AND rowid IN (SELECT value FROM json_each(?2))",
    `code OR order OR your OR yes OR а* OR "${number}"`,
    JSON.stringify(ids),
  );
  const [{ senders }] = await deployment.sql("SELECT count(*) AS senders FROM day WHERE source = ?", number);
  return { messages, hits, senders };
}

/** Deletes a person, reads everything again, and returns a description. Throws if anything is left. */
export async function deletePerson(deployment) {
  const number = await personOf(deployment);
  const ids = (
    await deployment.sql("SELECT message_id AS id FROM message WHERE source = ?1 OR destination = ?1", number)
  ).map(({ id }) => id);
  const sums = async () => (await deployment.sql("SELECT sum(count) AS count FROM day"))[0].count;
  const before = await sums();
  const { messages } = await deployment.answer("forget", { number: `+${number}` });
  assert.equal(messages, ids.length);
  const none = { messages: 0, hits: 0, senders: 0 };
  assert.deepEqual(await tracesOf(deployment, number, ids), none);
  assert.equal(await sums(), before - ids.length);
  await deployment.run({ tasks: ["verify"] });
  await deployment.sql("UPDATE win SET due = 1 WHERE omitted > 0");
  await deployment.run();
  assert.deepEqual(await tracesOf(deployment, number, ids), none, "verification brings nothing back");
  assert.equal(await sums(), before - ids.length);
  const [{ open }] = await deployment.sql("SELECT count(*) AS open FROM win WHERE state <> 'exact'");
  assert.equal(open, 0, "all windows stay exact");
  const [stored] = await deployment.sql("SELECT hash, until FROM forgotten");
  assert.match(stored.hash, /^[0-9a-f]{64}$/);
  return { messages: ids.length, number };
}

export async function testPrivacy() {
  const bindings = { ARCHIVE_SECRET: SECRET, ARCHIVE_ADMINS: "someone, demo" };
  await withArchive(
    { messages: 4_000 },
    async (deployment, sandbox) => {
      await deployment.run();
      await check("a person's messages are deleted, and stay away", async () => {
        const { messages, number } = await deletePerson(deployment);
        const [stored] = await deployment.sql("SELECT hash FROM forgotten");
        assert.equal(JSON.stringify(stored).includes(number), false);
        return `${messages} messages`;
      });

      await check("another secret stops the reading, instead of bringing a person back", async () => {
        await markAllDue(deployment);
        await deployment.set({ ARCHIVE_SECRET: "another secret" });
        await deployment.run();
        const { error, exactUntil } = await deployment.answer("freshness");
        assert.equal(error.kind, "settings");
        assert.match(error.message, /^ARCHIVE_SECRET: expected/);
        assert.notEqual(exactUntil, null);
        await deployment.set({ ARCHIVE_SECRET: SECRET });
        await deployment.run();
        assert.equal((await deployment.answer("freshness")).error, null);
        return error.advice;
      });

      await check("old messages and old texts are deleted, and stay away", async () => {
        const [{ middle, old }] = await deployment.sql(
          "SELECT max(at) - 2 * 86400000 AS middle, max(at) - 3 * 86400000 AS old FROM message",
        );
        const days = (time) => Math.floor((Date.now() - time) / 86_400_000);
        await deployment.set({ ARCHIVE_KEEP_DAYS: days(old), ARCHIVE_KEEP_TEXT_DAYS: days(middle) });
        for (let night = 0; night < 2; night += 1) {
          await deployment.run({ tasks: ["verify"] });
          await deployment.sql("UPDATE win SET due = 1 WHERE state <> 'expired'");
          await deployment.run();
          const startOfDay = (time) =>
            Math.floor(Date.now() / 86_400_000) * 86_400_000 - days(time) * 86_400_000;
          const [left] = await deployment.sql(
            `SELECT count(*) AS total, sum(at < ?1) AS expired, sum(at < ?2 AND text IS NOT NULL) AS texts,
               sum(at >= ?2 AND text IS NOT NULL) AS kept, (SELECT count(*) FROM day WHERE day < ?1 / 86400000) AS days FROM message`,
            startOfDay(old),
            startOfDay(middle),
          );
          assert.deepEqual(
            { ...left, total: 0, kept: 0 },
            { total: 0, expired: 0, texts: 0, kept: 0, days: 0 },
          );
          assert.ok(left.total > 0 && left.kept > 0);
          const states = await deployment.sql("SELECT DISTINCT state FROM win ORDER BY 1");
          assert.deepEqual(states, [{ state: "exact" }, { state: "expired" }]);
          for (const [keepDays, from] of [
            [days(old), startOfDay(old)],
            // At once, although nothing is deleted yet.
            [days(old) - 1, startOfDay(old) + 86_400_000],
            // Deleted messages do not come back.
            [days(old) + 9, startOfDay(old)],
            [days(old), startOfDay(old)],
          ]) {
            await deployment.set({ ARCHIVE_KEEP_DAYS: keepDays });
            const { exactFrom } = await deployment.answer("freshness");
            assert.equal(Date.parse(exactFrom), from, `the archive begins with the kept days: ${keepDays}`);
          }
        }
        return "two nights";
      });

      await check("the command deletes a person whose number comes from standard input", async () => {
        const command = fileURLToPath(new URL("../../www/archive/forget.mjs", import.meta.url));
        const forget = (cookie) => {
          const env = { ...process.env, DASHBOARD_COOKIE: cookie };
          return spawnSync(process.execPath, [command, deployment.origin], {
            env,
            input: "15550100003\n",
            encoding: "utf8",
          });
        };
        const refused = forget("demo-role=masked");
        assert.deepEqual([refused.status, refused.stdout], [1, ""]);
        assert.match(refused.stderr, /ARCHIVE_ADMINS/);
        // The former deletion was on a machine whose clock is ahead. Pending readings have to see that there is a later one.
        const newest = "SELECT max(until) AS until FROM forgotten";
        await deployment.sql("UPDATE forgotten SET until = until + 3600000");
        const [ahead] = await deployment.sql(newest);
        const { status, stdout } = forget("demo-role=reader");
        assert.equal(status, 0);
        const [deleted] = await deployment.sql(newest);
        assert.ok(deleted.until > ahead.until);
        const sql =
          "SELECT count(*) AS left FROM message WHERE source = '15550100003' OR destination = '15550100003'";
        assert.deepEqual(await deployment.sql(sql), [{ left: 0 }]);
        return stdout.trim();
      });

      await check("nobody deletes persons without being named, and without a secret", async () => {
        await deployment.set({ ARCHIVE_ADMINS: "someone", ARCHIVE_SECRET: "" });
        assert.equal((await deployment.ask("forget", { number: "15550100001" })).status, 403);
        await deployment.set({ ARCHIVE_ADMINS: "demo" });
        const response = await deployment.ask("forget", { number: "15550100001" });
        assert.equal(response.status, 500);
        assert.match((await response.json()).error.msg, /^ARCHIVE_SECRET: expected/);
        return "2 requests";
      });
      void sandbox;
    },
    bindings,
  );
}

export async function testErrors() {
  await withArchive({ messages: 3_000 }, async (deployment, sandbox) => {
    const apply = async (bindings) => {
      await deployment.set(bindings);
      await deployment.run();
      return deployment.answer("freshness");
    };

    await check("a key of another account, and incomplete credentials, are reported", async () => {
      const { privateKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
      });
      const credentials = deployment.bindings.VOXIMPLANT_CREDENTIALS;
      const other = { ...JSON.parse(credentials), private_key: privateKey };
      const wrong = await apply({ VOXIMPLANT_CREDENTIALS: JSON.stringify(other) });
      const { private_key, ...rest } = other;
      const incomplete = await apply({ VOXIMPLANT_CREDENTIALS: JSON.stringify(rest) });
      await apply({ VOXIMPLANT_CREDENTIALS: credentials });
      assert.deepEqual([wrong.error.kind, incomplete.error.kind], ["token", "credentials"]);
      assert.match(incomplete.error.message, /private_key/);
      for (const { error } of [wrong, incomplete]) assert.doesNotMatch(JSON.stringify(error), /BEGIN|eyJ/);
      return `${wrong.error.advice}; ${incomplete.error.advice}`;
    });

    await check("a missing role is reported, and the next run succeeds", async () => {
      await sandbox.setFaults(["api-error:code=104"]);
      await deployment.run({ tasks: ["verify"] });
      const { error } = await deployment.answer("freshness");
      assert.equal(error.kind, "role");
      await sandbox.setFaults([]);
      await deployment.run();
      assert.equal((await deployment.answer("freshness")).error, null);
      await compareSums(deployment, sandbox);
      return error.advice;
    });

    await check("rate limits slow the reading down, and do not break it", async () => {
      await sandbox.setFaults(["429:retry-after=1,every=7"]);
      await markAllDue(deployment);
      await deployment.call("start", {});
      const { rows } = await deployment.outcome(3_600);
      await sandbox.setFaults([]);
      assert.equal(rows, 3_000);
      await compareSums(deployment, sandbox);
      return "every seventh request";
    });

    await check("a window that fails keeps the others of its step, and is read by the next one", async () => {
      // A final error, which neither the client nor the step repeats.
      await sandbox.setFaults(["api-error:code=999,count=1000,requests=3-3"]);
      await markAllDue(deployment);
      await deployment.call("start", {});
      const { rows } = await deployment.outcome();
      const [{ injected }] = await sandbox.faults();
      await sandbox.setFaults([]);
      assert.deepEqual([rows, injected], [3_000, 1]);
      await compareSums(deployment, sandbox);
      return "1 error, 1 run";
    });

    await check("a run whose credentials become invalid ends, and leaves its place to others", async () => {
      const credentials = deployment.bindings.VOXIMPLANT_CREDENTIALS;
      await sandbox.setFaults(["latency:ms=100"]);
      await deployment.sql("UPDATE win SET due = 1, expected = 20000");
      await deployment.call("start", {});
      const end = Date.now() + 60_000;
      while ((await deployment.instance()) === null) {
        assert.ok(Date.now() < end, "a run begins within a minute");
        await sleep(10);
      }
      await deployment.set({ VOXIMPLANT_CREDENTIALS: "{}" });
      await deployment.idle(BEFORE_RETRIES_END_S);
      await deployment.set({ VOXIMPLANT_CREDENTIALS: credentials });
      await sandbox.setFaults([]);
      const { error } = await deployment.answer("freshness");
      assert.equal(error.kind, "credentials");
      await deployment.run();
      assert.equal((await deployment.answer("freshness")).error, null);
      return error.advice;
    });

    await check("a window that no run can read holds up neither the night nor other windows", async () => {
      const [{ id, stop }] = await deployment.sql(
        "SELECT id, stop FROM win WHERE expected > 0 ORDER BY start LIMIT 1",
      );
      const api = await withUnreadableMessages(sandbox.url, stop);
      try {
        const missing = "SELECT max(message_id) FROM message WHERE at > ?";
        await deployment.sql(`DELETE FROM message WHERE message_id = (${missing})`, stop);
        // One window a step.
        await deployment.sql("UPDATE win SET expected = 20000");
        await deployment.set({ VOXIMPLANT_BASE_URL: api.url });
        const instance = await deployment.call("start", { tasks: ["verify"] });
        await deployment.idle(BEFORE_RETRIES_END_S);
        const differing = await deployment.sql("SELECT id, due FROM win WHERE state <> 'exact'");
        assert.deepEqual(differing, [{ id, due: 1 }], "the others are verified and read");
        const { error, verifiedAt } = await deployment.answer("freshness");
        assert.equal(error.kind, "format");
        assert.ok(Date.parse(verifiedAt) < Date.parse(error.at));
        assert.equal(await deployment.call("failed", { instance }), true);
      } finally {
        await api.close();
        await deployment.set({ VOXIMPLANT_BASE_URL: sandbox.url });
      }
      await deployment.run();
      assert.equal((await deployment.answer("freshness")).error, null);
      await compareSums(deployment, sandbox);
      return "1 window";
    });

    /** Reads every window under a fault, and again without it. Returns what readers see after the first reading. */
    const readUnder = async (fault) => {
      await sandbox.setFaults([fault]);
      await markAllDue(deployment);
      await deployment.run();
      await sandbox.setFaults([]);
      const freshness = await deployment.answer("freshness");
      await deployment.run();
      await compareSums(deployment, sandbox);
      return freshness;
    };

    await check("messages without ids are reported, and mark no message as gone", async () => {
      const { differs, gone } = await readUnder("row-id:field=none");
      assert.equal(differs[0].problem, "a message without an id");
      assert.equal(gone, 0);
      return `${differs.length} windows`;
    });

    await check("a cost that is not in millionths is reported with its message", async () => {
      const { differs, exactUntil } = await readUnder("value:field=cost,form=php");
      assert.match(differs[0].problem, /^message \d+: expected a cost in millionths/);
      return `${differs.length} windows, exact until ${exactUntil}`;
    });

    await check("a nearly full database is reported, and a full one is not written to", async () => {
      const { database } = await deployment.answer("freshness");
      assert.equal(database.warning, null);
      const nearly = await apply({ ARCHIVE_MAX_BYTES: Math.floor(database.bytes / 0.93) });
      assert.match(nearly.database.warning, /^the database is at 9\d % of its limit/);
      await sandbox.insert(12_000, 300);
      const full = await apply({ ARCHIVE_MAX_BYTES: database.bytes });
      assert.equal(full.error.kind, "database_full");
      const countAll = async () => (await deployment.sql("SELECT count(*) AS count FROM message"))[0].count;
      const count = await countAll();
      assert.ok(count < 9_000, "writing stops");
      for (let run = 0; run < 3; run += 1) await deployment.run();
      assert.ok((await countAll()) - count < 1_000, "later runs write hardly anything");
      const { error } = await apply({ ARCHIVE_MAX_BYTES: "" });
      assert.equal(error, null);
      await compareSums(deployment, sandbox);
      return `${nearly.database.warning}; ${full.error.message}`;
    });

    await check("the cron trigger reads what is new, and nothing while a run is at work", async () => {
      await sandbox.insert(20, 120);
      await deployment.cron(Date.now());
      await deployment.idle();
      await compareSums(deployment, sandbox);
      const [{ waiting }] = await deployment.sql("SELECT waiting_at AS waiting FROM sync");
      assert.notEqual(waiting, null);
      await deployment.sql("UPDATE sync SET instance = 'another', beat_at = ?", Date.now());
      await sandbox.insert(20, 120);
      await deployment.cron(Date.now());
      const [{ count }] = await deployment.sql("SELECT count(*) AS count FROM message");
      assert.equal(count, 15_020);
      const refused = await deployment.ask("sync", { tasks: ["verify"] });
      assert.deepEqual([refused.status, (await refused.json()).error.reason], [409, "busy"]);
      // It has been silent for too long.
      await deployment.sql("UPDATE sync SET beat_at = ?", Date.now() - 3_600_000);
      await deployment.cron(Date.now() + 1);
      await deployment.idle();
      await compareSums(deployment, sandbox);
      return "20 messages each";
    });

    await check("a database without its migrations is reported with their command", async () => {
      await deployment.sql("ALTER TABLE win RENAME TO elsewhere");
      const response = await deployment.ask("freshness");
      await deployment.sql("ALTER TABLE elsewhere RENAME TO win");
      const { msg, reason } = (await response.json()).error;
      assert.deepEqual([response.status, reason], [500, "migrations"]);
      assert.match(msg, /not applied; run `npx wrangler d1 migrations apply sms-archive --remote`/);
      return msg;
    });

    await check("a deployment without ARCHIVE_FROM has no archive", async () => {
      await deployment.set({ ARCHIVE_FROM: "" });
      assert.equal((await deployment.ask("freshness")).status, 404);
      await deployment.cron(Date.now());
      return "404";
    });
  });
}
