// Installs, builds and runs the named consumers, or all. `fast` names all that take seconds.
import { readdirSync, readFileSync } from "node:fs";
import { note, notePain, painless } from "../rows.mjs";
import { credentialsFile, sandbox } from "../suite/environment.mjs";
import { startPages } from "./page.mjs";
import { Project } from "./project.mjs";

const all = readdirSync(new URL(".", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => name !== "fast" && !all.includes(name));
if (unknown.length > 0) throw new Error(`consumer: expected ${all.join(", ")}, got ${unknown}`);
const { ask, expected, page, stop } = await startPages();
const credentials = readFileSync(credentialsFile, "utf8");
const env = { VOXIMPLANT_CREDENTIALS: credentials, API_URL: sandbox.url, EXPECTED: expected };
let [passed, failed] = [0, 0];

try {
  for (const name of all) {
    const { default: consumer } = await import(`./${name}/consumer.mjs`);
    if (asked.length > 0 && !asked.includes(name) && !(asked.includes("fast") && consumer.fast)) continue;
    const project = new Project(name, env, consumer);
    if (!(await check(`${name} > is set up`, () => project.install()))) continue;
    const { name: title, version, isOurs = true } = consumer.about(project);
    const steps = Object.entries(consumer.steps({ project, page, expected, ask }));
    const good = [];
    for (const [what, step] of steps) if (await check(`${title} > ${what}`, step)) good.push(what);
    for (const what of good) notePain(what, title);
    if (good.length === steps.length)
      note("consumers", { name: title, version, isOurs, what: good.map(painless) });
  }
} finally {
  await stop();
}
console.log(`1..${passed + failed}\n${passed} passed, ${failed} failed`);
// Explicitly, because some tools leave processes that would keep this one alive.
process.exit(failed > 0 || passed === 0 ? 1 : 0);

async function check(name, work) {
  const began = Date.now();
  try {
    await work();
    passed += 1;
    console.log(`ok ${passed + failed} ${name} # ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`not ok ${passed + failed} ${name}\n${`${error?.stack ?? error}`.replace(/^/gm, "# ")}`);
    return false;
  }
}
