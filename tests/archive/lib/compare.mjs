// Compares the archive with the sandbox.
import { clientOf } from "../../soak/lib/client.mjs";
import { expectNone } from "../../soak/lib/scenario.mjs";

const DAY_MS = 86_400_000;
const DIRECTIONS = { IN: "in", OUT: "out" };
const decimal = (micros) => (Number(micros) / 1_000_000).toFixed(4);
const apiDate = (time) => new Date(time).toISOString().slice(0, 19).replace("T", " ");

/** Sums of the messages that are not gone. */
const SUMS = `count(*) AS count, coalesce(sum(fragments), 0) AS fragments, coalesce(sum(cost), 0) AS cost`;

/**
 * Throws unless ids, sums, and sums by day and direction are those of the sandbox, in the messages and in the stored sums, and the
 * index of texts is consistent. Returns the number of compared days.
 * @param {import("./deployment.mjs").Deployment} deployment
 * @param {import("../../soak/lib/sandbox.mjs").Sandbox} sandbox
 */
export async function compareSums(deployment, sandbox) {
  const problems = [];
  const compare = (what, found, expected) => {
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
    if (a !== b) problems.push(`${what}: expected ${b}, got ${a}`);
  };
  const expected = await sandbox.totals();
  const [sums] = await deployment.sql(`SELECT ${SUMS} FROM message WHERE gone_at IS NULL`);
  compare(
    "sums",
    { ...sums, cost: decimal(sums.cost) },
    { count: expected.count, fragments: expected.fragments, cost: expected.cost },
  );
  const statuses = await deployment.sql(
    "SELECT status, count(*) AS count FROM message WHERE gone_at IS NULL GROUP BY status",
  );
  compare(
    "statuses",
    Object.fromEntries(statuses.map(({ status, count }) => [status, count])),
    expected.by_status,
  );
  await compareIds(deployment, sandbox, compare);
  const days = await compareDays(deployment, sandbox, compare);
  await deployment.sql("INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)");
  const [{ doubled }] = await deployment.sql(
    "SELECT count(*) - count(DISTINCT message_id) AS doubled FROM message",
  );
  compare("duplicates", doubled, 0);
  const open = await deployment.sql("SELECT start, state, problem FROM win WHERE state <> 'exact' LIMIT 3");
  compare("windows that are not exact", open, []);
  expectNone(problems.slice(0, 5));
  return days;
}

async function compareIds(deployment, sandbox, compare) {
  const expected = await sandbox.ids();
  const found = [];
  for (let after = 0; ; after = found.at(-1)) {
    const sql =
      "SELECT message_id AS id FROM message WHERE gone_at IS NULL AND message_id > ? ORDER BY message_id LIMIT 100000";
    const ids = await deployment.sql(sql, after);
    for (const { id } of ids) found.push(id);
    if (ids.length === 0) break;
  }
  compare("ids", found.length, expected.length);
  const wrong = expected.findIndex((id, index) => found[index] !== id);
  compare("the first wrong id", wrong === -1 ? null : found[wrong], wrong === -1 ? null : expected[wrong]);
}

async function compareDays(deployment, sandbox, compare) {
  const key = ({ day, direction }) => `${day} ${direction}`;
  const byDay = (rows) => new Map(rows.map((row) => [key(row), row]));
  const messages = byDay(
    await deployment.sql(
      `SELECT at / ${DAY_MS} AS day, direction, ${SUMS} FROM message WHERE gone_at IS NULL GROUP BY 1, 2`,
    ),
  );
  const stored = byDay(
    await deployment.sql(
      "SELECT day, direction, sum(count) AS count, sum(fragments) AS fragments, sum(cost) AS cost FROM day WHERE count > 0 GROUP BY 1, 2",
    ),
  );
  compare("days with sums", [...stored.keys()].sort(), [...messages.keys()].sort());
  const days = [...new Set([...messages.values()].map(({ day }) => day))];
  // A message without a date counts to the start of its window, which may be on an earlier day than the API's.
  const undated = await deployment.sql(
    `SELECT start / ${DAY_MS} AS first, stop / ${DAY_MS} AS last FROM win WHERE first < last
       AND id IN (SELECT win FROM message WHERE dated = 0 AND gone_at IS NULL)`,
  );
  const queue = days.filter((day) => !undated.some(({ first, last }) => day >= first && day <= last));
  const work = async () => {
    for (let day = queue.pop(); day !== undefined; day = queue.pop()) {
      const span = { from_date: apiDate(day * DAY_MS), to_date: apiDate(day * DAY_MS + DAY_MS - 1000) };
      for (const [word, direction] of Object.entries(DIRECTIONS)) {
        const { count, fragments, cost } = await sandbox.totals({ ...span, direction: word });
        const expected = count === 0 ? null : { count, fragments, cost };
        for (const [what, rows] of Object.entries({ messages, stored })) {
          const row = rows.get(key({ day, direction }));
          const found = row ? { count: row.count, fragments: row.fragments, cost: decimal(row.cost) } : null;
          compare(`${what} of ${span.from_date}, ${direction}`, found, expected);
        }
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return days.length;
}

/** Throws unless every field of every message is that of the API. */
export async function compareRows(deployment, sandbox) {
  const client = await clientOf(sandbox);
  const stored = new Map();
  for (let after = 0; ; ) {
    const rows = await deployment.sql(
      `SELECT message_id, source, destination, direction, fragments, CAST(cost AS TEXT) AS cost, status, error, at, dated,
         transaction_id, text FROM message WHERE gone_at IS NULL AND message_id > ? ORDER BY message_id LIMIT 20000`,
      after,
    );
    if (rows.length === 0) break;
    after = rows.at(-1).message_id;
    for (const row of rows) stored.set(row.message_id, row);
  }
  const problems = [];
  let count = 0;
  for await (const message of client.messages()) {
    count += 1;
    const row = stored.get(message.messageId) ?? {};
    const found = [
      row.source,
      row.destination,
      row.direction,
      row.fragments,
      row.cost,
      String(row.status),
      row.error,
    ];
    found.push(row.dated ? row.at : null, row.transaction_id, row.text);
    const expected = [message.sourceNumber, message.destinationNumber, message.direction, message.fragments];
    expected.push(
      String(Math.round(message.cost * 1_000_000)),
      message.statusId,
      message.errorMessage ?? null,
    );
    expected.push(
      message.processedDate?.getTime() ?? null,
      message.transactionId ?? null,
      message.text ?? null,
    );
    if (JSON.stringify(found) !== JSON.stringify(expected))
      problems.push(`message ${message.messageId} differs`);
  }
  if (count !== stored.size) problems.push(`expected ${count} messages, got ${stored.size}`);
  expectNone(problems.slice(0, 3));
}
