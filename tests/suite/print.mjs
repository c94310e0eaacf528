// Prints the report of a runner, and records what has passed.
import { note, notePain } from "../rows.mjs";

/**
 * Prints reports as TAP, then one line with the sum, and sets the exit code.
 * @param {{ tap: string[], passed: number, failed: number }[]} reports
 * @param {Parameters<typeof note>[1]} row where the suite ran, recorded for the tables if all tests passed
 */
export function print(reports, row) {
  let [passed, failed] = [0, 0];
  console.log("TAP version 14");
  for (const report of reports) {
    for (const line of report.tap) console.log(line);
    passed += report.passed;
    failed += report.failed;
  }
  console.log(`1..${passed + failed}`);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
  else if (!process.env.SUITE_ONLY) note("runtimes", row);
  for (const line of reports.flatMap(({ tap }) => tap))
    if (line.startsWith("ok ")) notePain(line.replace(/ # \d+ ms$/, ""), "the suite");
}
