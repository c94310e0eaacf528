// The archive on this machine: its database in a folder, and its migrations.
import { readdir, readFile } from "node:fs/promises";
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
  const { unstable_splitSqlQuery: split } = await import("wrangler");
  await db
    .prepare("CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL)")
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map(({ name }) => name));
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql") && !applied.has(name));
  for (const name of names.sort()) {
    const statements = split(await readFile(`${MIGRATIONS}${name}`, "utf8"));
    const record = db.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(name);
    await db.batch([...statements.map((sql) => db.prepare(sql)), record]);
  }
}
