// The archive on this machine: its database and migrations, the progress of copying, and some questions.
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { WWW } from "./build.mjs";

const MIGRATIONS = `${WWW}migrations/`;

/** Where Miniflare keeps the database and the state of the Workflow. @param {string} folder */
export const persistence = (folder) => ({
  d1Persist: `${folder}/d1`,
  workflowsPersist: `${folder}/workflows`,
});

/**
 * Applies the migrations that a local database lacks, as `wrangler d1 migrations apply` does.
 * @param {D1Database} db
 */
export async function migrate(db) {
  await db
    .prepare("CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL)")
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map(({ name }) => name));
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql") && !applied.has(name));
  if (names.length === 0) return;
  const { unstable_splitSqlQuery: split } = await import("wrangler");
  for (const name of names.sort()) {
    const statements = split(await readFile(`${MIGRATIONS}${name}`, "utf8"));
    const record = db.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(name);
    await db.batch([...statements.map((sql) => db.prepare(sql)), record]);
  }
}

/** How often the progress is asked for. */
const POLL_MS = process.stderr.isTTY ? 250 : 2000;
const BAR_CELLS = 30;

/**
 * Copies the history into the archive, and shows the progress on standard error.
 * @param {typeof fetch} send requests the Worker as a signed-in reader
 * @param {string} origin
 * @returns {Promise<{ exactUntil: string, messages: number, seconds: number }>}
 */
export async function copyHistory(send, origin) {
  const start = performance.now();
  await ask(send, origin, "sync", {});
  for (;;) {
    await sleep(POLL_MS);
    const { isReading, windows, messages, exactUntil, error } = await ask(send, origin, "freshness");
    const seconds = (performance.now() - start) / 1000;
    const total = windows.exact + windows.planned + windows.differs;
    if (total > 0)
      showProgress(windows.exact, total, messages.expected - messages.left, messages.left, seconds);
    if (isReading || total === 0) {
      if (error && !isReading) throw new Error(`the archive: ${error.message}; ${error.advice}`);
      continue;
    }
    if (process.stderr.isTTY) process.stderr.write("\n");
    return { exactUntil, messages: messages.expected, seconds };
  }
}

function showProgress(done, total, rows, left, seconds) {
  const rate = rows / seconds;
  const remaining = rate > 0 ? `${Math.ceil(left / rate)} s left` : "";
  const filled = Math.round((BAR_CELLS * done) / total);
  const bar = `[${"#".repeat(filled)}${".".repeat(BAR_CELLS - filled)}]`;
  const text = `${bar} ${done} of ${total} windows, ${Math.round(rate).toLocaleString("en")} rows/s ${remaining}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K  ${text}`);
  else process.stderr.write(`  ${text}\n`);
}

/**
 * Asks three questions.
 * @returns {Promise<{ question: string, answer: string, ms: number }[]>}
 */
export async function askQuestions(send, origin) {
  const last = new Date();
  const filter = { fromDate: "2000-01-01T00:00:00Z", toDate: last.toISOString() };
  const number = (count) => count.toLocaleString("en");
  const questions = [
    [
      "How many texts contain “invoice”?",
      "count",
      { filter: { ...filter, text: "invoice" } },
      ({ count }) => number(count),
    ],
    [
      "Which error is the most frequent?",
      "top",
      { filter, by: "errorCodes", limit: 1 },
      ({ entries }) => {
        const error = entries.find(({ code }) => code !== null);
        return error ? `code ${error.code}, ${number(error.count)} times` : "none";
      },
    ],
    [
      "Which sender sent most, and for how much?",
      "top",
      { filter, by: "senders", limit: 1 },
      ({ entries: [sender] }) =>
        sender ? `${sender.value}: ${number(sender.count)} messages for ${sender.cost}` : "none",
    ],
  ];
  const answers = [];
  for (const [question, route, body, describe] of questions) {
    const start = performance.now();
    const answer = describe(await ask(send, origin, route, body));
    answers.push({ question, answer, ms: Math.round(performance.now() - start) });
  }
  return answers;
}

async function ask(send, origin, route, body) {
  const response = await send(`${origin}/archive/${route}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`/archive/${route}: ${answer.error?.msg ?? `HTTP ${response.status}`}`);
  return answer;
}
