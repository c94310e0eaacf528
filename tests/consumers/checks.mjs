// Checks that several consumers share.
import assert from "node:assert/strict";

/** The error that a bundler must report for signing code in a page. */
export const REASON = "A private key must not be in a web page";

/** A policy that allows no code from text and no other origins. */
export const STRICT = {
  "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};

/** Asserts that a build of a page that imports /edge fails, and reports the reason. */
export async function refusesEdge(project, entry, command, parameters) {
  const source = project.read(entry);
  project.write(entry, source.replace(/"voximplant-sms-history[^"]*"/, '"voximplant-sms-history/edge"'));
  try {
    const output = await project.run(command, parameters, { fails: true });
    assert.ok(output.includes(REASON), output);
  } finally {
    project.write(entry, source);
  }
}

/** Asserts that a command prints the expected text. */
export async function prints(expected, project, command, parameters, options) {
  assert.equal((await project.run(command, parameters, options)).trim(), expected);
}
