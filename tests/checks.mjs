// Counts checks, one after another, and closes with the line that `cargo xtask test` reads.
let [passed, failed] = [0, 0];

/** One check: what its work throws is its failure. */
export async function check(name, work) {
  try {
    await work();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}\n${`${error?.message ?? error}`.replace(/^/gm, "# ")}`);
  }
}

/** Tells what has come of all. To have checked nothing is a failure, too. */
export function conclude() {
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
