// What several consumers are held against.
import assert from "node:assert/strict";

/** The reason that a bundler must give for not putting signing code into a page. */
export const REASON = "A private key must not be in a web page";

/** A policy by which no text becomes code, and everything is of the page's own origin. */
export const STRICT = {
  "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};

/** The command fails on a page that imports /edge, and says why. */
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

/** The command prints what the page must show. */
export async function prints(expected, project, command, parameters, options) {
  assert.equal((await project.run(command, parameters, options)).trim(), expected);
}
