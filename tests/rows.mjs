// Records which tests have passed. docs/runtimes.md has tables of these records, which runtimes-tables.mjs writes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The name of a test that shows that this package does not have a known problem of its kind. */
const PAIN = /pain of "(.+?)": (.+)/;

/**
 * Records a row. Does nothing without ROWS_DIR, which `cargo xtask test` sets.
 * @param {"runtimes" | "consumers" | "pains"} table
 * @param {{ name: string, version?: string, isOurs?: boolean, parts?: number, what: string[] }} row `isOurs`: whether
 *   this project, not the machine, chooses the version; `parts`: how many numbers of the machine's version the table has;
 *   `what`: what was run
 */
export function note(table, row) {
  const folder = process.env.ROWS_DIR;
  if (!folder) return;
  mkdirSync(join(folder, table), { recursive: true });
  const file = `${row.name} ${row.version} ${row.what[0]}`.replace(/[^\w.]+/g, "-");
  writeFileSync(join(folder, table, `${file}.json`), JSON.stringify(row));
}

/** Records a passed test whose name has a problem. `where` names its suite. */
export function notePain(test, where) {
  const [, name, what] = PAIN.exec(test) ?? [];
  if (name) note("pains", { name, what: [`${where}: ${what}`] });
}

/** Returns the name of a test without its problem. */
export const painless = (test) => test.replace(PAIN, "$2");
