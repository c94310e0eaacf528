// The parts of the proof, which the tests run with few messages and `cargo xtask soak archive` with a million.
import { setTimeout as sleep } from "node:timers/promises";
import { KINDS, withFields } from "../../soak/lib/kinds.mjs";
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

/** Wrong values in responses that are otherwise right. */
const WRONG_VALUES =
  /^(date:form=(zero|fraction|iso-fraction)|cut-utf8|value:field=(cost,form=php|transaction_id,form=empty))/;
/** Each block of so many requests has one fault. */
const BLOCK = 5;
/** More than a round has requests. */
const MAX_BLOCKS = 400;
const MAX_ROUNDS = 12;

/**
 * Divides the kinds of fault. The client survives `transient` ones. `lasting` ones are errors that it does not repeat, messages
 * without ids, and wrong values. The archive is right again when it has read every window again. `isQuick` leaves out the kinds
 * that cost a second or more each.
 */
function kindsOfFault(isQuick) {
  const isSelected = ({ spec, slow, attemptTimeoutMs }) =>
    !isQuick || spec === "429" || !(slow || attemptTimeoutMs);
  // The server's clock can be wrong in one way at a time only.
  const isLasting = ({ spec, alwaysOnly }) =>
    alwaysOnly || WRONG_VALUES.test(spec) || spec === "clock:skew=-7200";
  const kinds = KINDS.filter(isSelected);
  return {
    transient: kinds.filter((kind) => !isLasting(kind)),
    lasting: kinds.filter(isLasting),
  };
}

function shuffled(list) {
  return list
    .map((item) => ({ item, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item);
}

/** The faults of a fifth of the requests, at random positions. The kinds take turns in a random order, some of them first. */
function inTurn(kinds, first) {
  const order = shuffled(first);
  while (order.length < MAX_BLOCKS) order.push(...shuffled(kinds));
  return order.map((kind, block) => {
    const request = block * BLOCK + 1 + Math.floor(Math.random() * BLOCK);
    return { kind, spec: withFields(kind.spec, `requests=${request}-${request}`) };
  });
}

/** Repeats work under faults until each kind was injected. Returns how many faults and requests there were. */
async function underFaults(sandbox, kinds, isQuick, work) {
  const counts = new Map(kinds.map((kind) => [kind, 0]));
  const missing = () => kinds.filter((kind) => counts.get(kind) === 0);
  const isState = ({ state }) => state;
  // Properties of the server combine with faults.
  const states = kinds
    .filter(isState)
    .map((kind) => ({ kind, spec: kind.spec === "no-date" ? "no-date:probability=0.1" : kind.spec }));
  const faults = kinds.filter((kind) => !isState(kind));
  let [injected, requests] = [0, 0];
  for (let round = 0; missing().length > 0 && round < (isQuick ? 1 : MAX_ROUNDS); round += 1) {
    const first = missing().filter((kind) => !isState(kind));
    const armed = [...states, ...inTurn(faults, first)];
    await sandbox.setFaults(armed.map(({ spec }) => spec));
    await work();
    const reports = await sandbox.faults();
    await sandbox.setFaults([]);
    requests += reports[0].matched;
    for (const [index, { injected: times }] of reports.entries()) {
      const { kind } = armed[index];
      counts.set(kind, counts.get(kind) + times);
      if (!isState(kind)) injected += times;
    }
  }
  const names = missing().map(({ name }) => name);
  if (names.length > 0 && !isQuick)
    throw new Error(`expected every kind of fault, got none of these: ${names.join("; ")}`);
  const share = (injected * BLOCK) / requests;
  if (share < 0.9 || share > 1.1)
    throw new Error(`expected a fault in a fifth of the requests, got ${injected} in ${requests}`);
  return { injected, requests, kinds: kinds.length - names.length };
}

/** Runs until every window was read. The cron trigger continues runs that failed. */
async function runUntilRead(deployment, onWait) {
  for (let runs = 0; runs < 20; runs += 1) {
    await deployment.call("start", {});
    await deployment.idle(600, onWait);
    const [{ open, total }] = await deployment.sql(
      "SELECT sum(read_to IS NULL OR due) AS open, count(*) AS total FROM win",
    );
    if (total > 0 && open === 0) return;
  }
  throw new Error("expected that every window was read, got windows that were not");
}

/** Marks every window to be read again by the next run. */
export const markAllDue = (deployment) => deployment.sql("UPDATE win SET due = 1");

/** Adds recent messages, of which some still wait. */
export async function addRecent(sandbox, count) {
  for (let day = 0; day < RECENT_DAYS; day += 1) await sandbox.insert(count, day * DAY_S + 7200);
}

/**
 * Copies a history under faults in a fifth of the requests, while messages arrive, arrive late, get their final status, and
 * disappear. Then reads it again under the faults that leave wrong values.
 */
export async function backfillUnderFaults(deployment, sandbox, { isQuick = false } = {}) {
  const { transient, lasting } = kindsOfFault(isQuick);
  const recent = { from_date: apiDate(Date.now() - RECENT_DAYS * DAY_S * 1000) };
  await addRecent(sandbox, 60);
  let [late, settled, removed] = [0, 0, 0];
  const add = async () => {
    // Old enough not to be in the future after the fault that sets the server's clock two hours ahead.
    const age = 7_800 + Math.random() * (RECENT_DAYS - 1) * DAY_S;
    late += (await sandbox.insert(7, age)).inserted;
    settled += (await sandbox.settle(5, recent)).settled;
  };
  const remove = async () => {
    removed += (await sandbox.remove(3)).removed;
  };
  const change = async () => {
    await add();
    await remove();
  };
  const survived = await underFaults(sandbox, transient, isQuick, async () => {
    await markAllDue(deployment);
    await runUntilRead(deployment, change);
  });
  await markAllDue(deployment);
  await deployment.run();
  if (late === 0 || settled === 0 || removed === 0)
    throw new Error(`expected changes, got ${JSON.stringify({ late, settled, removed })}`);
  // In two nights: the nightly pass compares the counts of windows, and an added and a removed message cancel out.
  for (const alter of [add, remove]) {
    await alter();
    await deployment.run({ tasks: ["verify"] });
    await compareSums(deployment, sandbox);
  }
  await compareRows(deployment, sandbox);
  const [{ gone }] = await deployment.sql("SELECT count(*) AS gone FROM message WHERE gone_at IS NOT NULL");
  if (gone === 0) throw new Error("expected messages that are marked as gone, got none");

  const mended = await underFaults(sandbox, lasting, isQuick, async () => {
    await markAllDue(deployment);
    await runUntilRead(deployment);
  });
  // As within 30 nights.
  await markAllDue(deployment);
  await deployment.run();
  await compareSums(deployment, sandbox);
  await compareRows(deployment, sandbox);
  const describe = ({ injected, requests, kinds }) =>
    `${injected} faults of ${kinds} kinds in ${formatInteger(requests)} requests`;
  return (
    `${describe(survived)}, ${late} late, ${settled} settled, ${removed} removed (${gone} marked as gone): equal after the ` +
    `nightly passes; then ${describe(mended)}, which leave wrong values: equal after every window was read again`
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
