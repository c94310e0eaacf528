// Runs checks in sequence, and prints the closing line that `cargo xtask test` reads.
let [passed, failed] = [0, 0];

/** Runs a check. It fails if its work throws. */
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

/** Prints the result. No checks at all count as a failure. */
export function conclude() {
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
