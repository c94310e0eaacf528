// What has run without a failure, for the tables of the READMEs: a file a row, which tables.mjs reads.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A test whose name says which pain of packages of its kind this package spares its users. */
const PAIN = /pain of "(.+?)": (.+)/;

/**
 * Notes a row, where `cargo xtask test` asks for it.
 * @param {"runtimes" | "consumers" | "pains"} table
 * @param {{ name: string, version?: string, isOurs?: boolean, what: string[] }} row `isOurs`: whether the version is this
 *   project's choice, and not the machine's; `what` was run
 */
export function note(table, row) {
  const folder = process.env.ROWS_DIR;
  if (!folder) return;
  mkdirSync(join(folder, table), { recursive: true });
  const file = `${row.name} ${row.version} ${row.what[0]}`.replace(/[^\w.]+/g, "-");
  writeFileSync(join(folder, table, `${file}.json`), JSON.stringify(row));
}

/** Notes a test that has passed, if its name says a pain; `where` it is to be found. */
export function notePain(test, where) {
  const [, name, what] = PAIN.exec(test) ?? [];
  if (name) note("pains", { name, what: [`${where}: ${what}`] });
}

/** A test's name without the pain. */
export const painless = (test) => test.replace(PAIN, "$2");
