// The parts of the proof, which the tests run with few messages and `cargo xtask soak archive` with a million.
import { setTimeout as sleep } from "node:timers/promises";
import { KINDS } from "../../soak/lib/kinds.mjs";
import { formatInteger } from "../../soak/lib/progress.mjs";
import { startSandbox } from "../../soak/lib/sandbox.mjs";
import { compareRows, compareSums } from "./compare.mjs";
import { Deployment } from "./deployment.mjs";

const DAY_S = 86_400;
/** The days of which messages still change: the archive looks at waiting ones for 14. */
const RECENT_DAYS = 10;
const apiDate = (time) => new Date(time).toISOString().slice(0, 19).replace("T", " ");

/** Runs work with a sandbox and a deployment, and stops both. */
export async function withArchive(options, work, bindings) {
  const sandbox = await startSandbox(options);
  try {
    const deployment = await Deployment.start(sandbox, bindings);
    try {
      return await work(deployment, sandbox);
    } finally {
      await deployment.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

/**
 * Copies a history while its processes are killed at random moments, `meanMs` apart on average. Returns how often they were, and how
 * often in the middle of a run.
 */
export async function backfillWithKills(deployment, sandbox, kills, meanMs) {
  let interrupted = 0;
  for (let killed = 0; killed < kills; killed += 1) {
    await deployment.call("start", { restart: true });
    await sleep(meanMs * (0.3 + 1.4 * Math.random()));
    await deployment.kill();
    await deployment.restart();
    if ((await deployment.instance()) !== null) interrupted += 1;
  }
  if (interrupted === 0) throw new Error("expected a kill in the middle of a run, got none");
  await deployment.run({ restart: true });
  await deployment.run({ tasks: ["verify"] });
  await compareSums(deployment, sandbox);
  return `killed ${kills} times, ${interrupted} times in the middle of a run`;
}

/** The faults of a share of the requests: all kinds that the client survives and that change no value. */
export function mixedFaults(share, { slow }) {
  const changesValues = /^(date:form=(zero|fraction|iso-fraction)|cut-utf8|value:field=cost,form=php|row-id)/;
  const kinds = KINDS.filter(
    ({ spec, alwaysOnly, state, slow: isSlow, attemptTimeoutMs, fifth }) =>
      !alwaysOnly && !state && !fifth && !changesValues.test(spec) && (slow || !(isSlow || attemptTimeoutMs)),
  );
  let taken = 0;
  const faults = kinds.map(({ spec }) => {
    // Only the first matching fault is injected, so each probability applies to the requests that the earlier ones left.
    const probability = share / kinds.length / (1 - taken);
    taken += share / kinds.length;
    return `${spec}${spec.includes(":") ? "," : ":"}probability=${probability}`;
  });
  return { faults, kinds: kinds.length };
}

/** Adds recent messages, of which some still wait. */
export async function addRecent(sandbox, count) {
  for (let day = 0; day < RECENT_DAYS; day += 1) await sandbox.insert(count, day * DAY_S + 7200);
}

/** Copies a history under faults, while messages arrive, arrive late, get their final status, and disappear. */
export async function backfillUnderFaults(deployment, sandbox, faults) {
  const recent = { from_date: apiDate(Date.now() - RECENT_DAYS * DAY_S * 1000) };
  await addRecent(sandbox, 60);
  await sandbox.setFaults(faults);
  let [late, settled, removed] = [0, 0, 0];
  const change = async () => {
    const age = 600 + Math.random() * (RECENT_DAYS - 1) * DAY_S;
    late += (await sandbox.insert(7, age)).inserted;
    settled += (await sandbox.settle(5, recent)).settled;
    removed += (await sandbox.remove(3)).removed;
  };
  await deployment.call("start", {});
  await deployment.idle(600, change);
  // Until the history is read once. Runs that failed are continued by the cron trigger.
  for (let runs = 0; runs < 20; runs += 1) {
    const [{ planned, total }] = await deployment.sql(
      "SELECT sum(state = 'planned') AS planned, count(*) AS total FROM win",
    );
    if (total > 0 && planned === 0) break;
    await deployment.call("start", {});
    await deployment.idle(600, change);
  }
  await change();
  const injected = (await sandbox.faults()).reduce((sum, fault) => sum + fault.injected, 0);
  const { requests } = await sandbox.stats();
  if (injected === 0 || late === 0 || settled === 0 || removed === 0) {
    throw new Error(
      `expected faults and changes, got ${JSON.stringify({ injected, late, settled, removed })}`,
    );
  }
  await sandbox.setFaults([]);
  await deployment.run({ tasks: ["verify"] });
  await compareSums(deployment, sandbox);
  await compareRows(deployment, sandbox);
  const [{ gone }] = await deployment.sql("SELECT count(*) AS gone FROM message WHERE gone_at IS NOT NULL");
  if (gone === 0) throw new Error("expected messages that are marked as gone, got none");
  return (
    `${injected} faults in ${formatInteger(requests)} requests, ${late} late, ${settled} settled, ${removed} removed ` +
    `(${gone} marked as gone); equal after the nightly pass`
  );
}

/** Reads every window again. Returns the rows that were written. */
export async function writtenByRereading(deployment) {
  // So many windows of a full step each make the run continue in a second instance.
  await deployment.sql("UPDATE win SET due = 1, expected = iif(id <= 50, 20000, expected)");
  await deployment.call("start", {});
  const { rows, written } = await deployment.outcome(3_600);
  return { rows, written };
}
