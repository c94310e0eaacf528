// The proof of the archive: a history copied through a Workflow into D1 in workerd, against the sandbox.
//
//   node tests/soak/archive.mjs [--messages N]
//
// With a million messages or more, or with --write, it writes its table into docs/archive.md.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { compareSums } from "../archive/lib/compare.mjs";
import {
  backfillUnderFaults,
  backfillWithKills,
  withArchive,
  writtenByRereading,
} from "../archive/lib/parts.mjs";
import { deletePerson } from "../archive/privacy.mjs";
import { formatInteger } from "./lib/progress.mjs";
import { check, close, hasWriteOption, messagesOption } from "./lib/scenario.mjs";

const MESSAGES = messagesOption(1_000_000);
const DOCS = new URL("../../docs/archive.md", import.meta.url);
const SPAN = { fromDate: "2015-01-01T00:00:00Z", toDate: "2030-01-01T00:00:00Z" };
const SETTINGS = { ARCHIVE_SECRET: "a secret", ARCHIVE_ADMINS: "demo" };
const MAX_RATIO = 1.35;
const MAX_BYTES = 360;
const ROUNDS = 15;
/** Rows of an upsert from memory, as in a backfill. */
const BASELINE_ROWS = 2_300;

/** The rows of the table: what, its bound, and what was measured. */
const table = [];

/** Runs a case, and adds its result to the table. */
const measure = (what, bound, work) =>
  check(what, async (progress) => {
    const result = await work(progress);
    table.push([what, bound, result]);
    return result;
  });

function atMost(name, value, bound) {
  assert.ok(value <= bound, `${name}: expected at most ${bound}, got ${value}`);
}

await withArchive(
  { messages: MESSAGES },
  async (deployment, sandbox) => {
    let [backfillMs, written] = [0, 0];
    await measure(
      `${formatInteger(MESSAGES)} messages: count, fragments, cost, by day and direction`,
      "equal",
      async (progress) => {
        const start = performance.now();
        await deployment.call("start", {});
        await deployment.idle(3_600, async () => {
          const { messages } = await deployment.answer("freshness");
          progress.show(messages.expected - messages.left, MESSAGES);
        });
        backfillMs = performance.now() - start;
        written = (await deployment.outcome()).written;
        const days = await compareSums(deployment, sandbox);
        return (
          `equal, ${formatInteger(days)} days; ${(backfillMs / 1000).toFixed(1)} s, ` +
          `${formatInteger(MESSAGES / (backfillMs / 1000))} rows a second`
        );
      },
    );

    await measure("sync again with nothing changed", "0 rows written", async () => {
      const { rows, written } = await writtenByRereading(deployment);
      assert.equal(written, 0);
      return `${formatInteger(rows)} messages read, 0 rows written`;
    });

    const filters = await filtersOf(deployment);
    for (const [what, bound, route, bodies] of questions(filters)) {
      await measure(what, `≤ ${bound} ms`, async () => {
        const medians = [];
        for (const body of bodies) medians.push(await medianOf(deployment, route, body));
        const worst = Math.max(...medians);
        atMost("median", worst, bound);
        return medians.length === 1 ? `${worst} ms` : `${Math.min(...medians)} to ${worst} ms`;
      });
    }

    await measure("bytes per message, indexes and text index included", `≤ ${MAX_BYTES}`, async () => {
      const { database } = await deployment.answer("freshness");
      const bytes = database.bytes / MESSAGES;
      atMost("bytes", bytes, MAX_BYTES);
      return bytes.toFixed(0);
    });

    await measure("written rows per message, as D1 bills them", "", async () =>
      (written / MESSAGES).toFixed(2),
    );

    await measure("one person's messages deleted", "no trace, stays away", async () => {
      const { messages } = await deletePerson(deployment);
      return `${messages} messages; no row, no hit in texts, no sum, also after the nightly pass`;
    });
  },
  SETTINGS,
);

const copied = Math.min(MESSAGES, 500_000);
await measure(
  `backfill / the same upserts from memory, twice ${formatInteger(copied)} messages in turn`,
  `≤ ${MAX_RATIO}`,
  async (progress) => {
    // In turn, because other work of the machine slows both.
    let [backfillMs, upsertMs] = [0, 0];
    for (let round = 0; round < 2; round += 1) {
      await withArchive({ messages: copied }, async (deployment) => {
        const instance = await deployment.call("start", {});
        const { succeeded_at } = await deployment.outcome(3_600);
        // The instance is named after the time of its start.
        backfillMs += succeeded_at - Number(instance.replace("sync-", ""));
        upsertMs += await upsertFromMemory(deployment, copied, progress);
      });
    }
    const ratio = backfillMs / upsertMs;
    // The start and the plan of a run weigh more in a small history.
    if (copied === 500_000) atMost("ratio", ratio, MAX_RATIO);
    return ratio.toFixed(2);
  },
);

const kills = Math.min(MESSAGES, 200_000);
await measure(`SIGKILL ten times, ${formatInteger(kills)} messages`, "equal, no duplicates", () =>
  withArchive({ messages: kills }, async (deployment, sandbox) => {
    const killed = await backfillWithKills(deployment, sandbox, 10, 1_000);
    return `${killed}; equal, no duplicates`;
  }),
);

const faulty = Math.min(MESSAGES / 10, 50_000);
await measure(
  `20 % faults of every kind, ${formatInteger(faulty)} messages, changes during the run`,
  "equal after the nightly pass, deleted ones marked",
  () => withArchive({ messages: faulty }, (...proof) => backfillUnderFaults(...proof)),
);

if (hasWriteOption || MESSAGES >= 1_000_000) await writeTable();
close();

/** Upserts the archived rows into another database, in chunks as large as those of the backfill. Returns the milliseconds. */
async function upsertFromMemory(deployment, messages, progress) {
  let ms = 0;
  let done = 0;
  for (let after = 0; ; ) {
    const sql = `SELECT message_id, source, destination, direction, fragments, cost, status, status_id, error, error_code, at, dated,
      transaction_id, text, win FROM message WHERE message_id > ? ORDER BY message_id LIMIT ${BASELINE_ROWS}`;
    const rows = await deployment.sql(sql, after);
    if (rows.length === 0) return ms;
    after = rows.at(-1).message_id;
    ms += (await deployment.call("baseline", JSON.stringify(rows.map(Object.values)))).ms;
    done += rows.length;
    progress.show(done, messages);
  }
}

async function filtersOf(deployment) {
  const { messages } = await deployment.answer("messages", { filter: SPAN, limit: 1000 });
  const sent = messages.filter(({ direction }) => direction === "out");
  const [{ first, last }] = await deployment.sql("SELECT min(at) AS first, max(at) AS last FROM message");
  return { sent: sent[5], first, last };
}

/** What, the bound in milliseconds, the route, and the bodies. */
function questions({ sent, first, last }) {
  const iso = (time) => new Date(time).toISOString();
  const year = { fromDate: iso(Math.max(first, last - 365 * 86_400_000)), toDate: iso(last) };
  const middle = { at: Math.floor((first + last) / 2), id: 0 };
  const filters = [
    {},
    { direction: "in" },
    ...["success", "error", "waiting", "unknown"].map((status) => ({ status })),
    { sourceNumber: sent.sourceNumber },
    { destinationNumber: sent.destinationNumber },
    { party: sent.destinationNumber },
    { party: sent.sourceNumber },
    { sourceNumber: sent.sourceNumber, destinationNumber: sent.destinationNumber },
    { errorCode: 7 },
    { fromDate: iso(middle.at - 86_400_000), toDate: iso(middle.at) },
  ].map((filter) => ({ filter: { ...SPAN, ...filter } }));
  const filter = { ...SPAN };
  return [
    ["newest 100 with any filter", 25, "messages", filters],
    ["keyset page in the middle", 25, "messages", [{ filter, before: middle }]],
    [
      "search for a rare and a common word",
      25,
      "messages",
      ["653981", "invoice"].map((text) => ({ filter: { ...filter, text } })),
    ],
    ["sums by day over a year", 25, "sums", [{ filter: year, unit: "day" }]],
    ["top 10 senders with costs", 50, "top", [{ filter, by: "senders" }]],
    ["top 10 recipients with costs", 800, "top", [{ filter, by: "recipients" }]],
  ];
}

/** The median time of an answer within the Worker, in milliseconds. */
async function medianOf(deployment, route, body) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1)
    times.push((await deployment.call("time", { route, body })).ms);
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}

/** Writes the table between its marks. */
async function writeTable() {
  const docs = await readFile(DOCS, "utf8");
  const [begin, end] = ["<!-- soak archive -->\n", "<!-- end -->"];
  const [head, rest] = docs.split(begin);
  const tail = rest.slice(rest.indexOf(end));
  const machine = `${cpus().length} cores, Node ${process.versions.node}`;
  const lines = [
    `Written by \`cargo xtask soak archive --messages ${MESSAGES}\` (${machine}).`,
    "",
    "| what | bound | result |",
    "|---|---|---|",
  ];
  lines.push(...table.map((cells) => `| ${cells.join(" | ")} |`));
  await writeFile(DOCS, `${head}${begin}${lines.join("\n")}\n${tail}`);
}
