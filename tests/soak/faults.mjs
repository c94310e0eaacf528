// Reads whole histories while requests fail and messages arrive: with each kind of fault in a fifth of the requests, with
// a mix of all kinds, and with each kind in every request. Then downloads files with unusual names.
//
//   node tests/soak/faults.mjs [--rows N] [KIND...]
//
// The whole scenario is meant to take about ten minutes. The mix reads all rows in pages of 1,000. Each kind reads 20,000
// rows in pages of 100, or 5,000 rows if the client pauses after each fault. The order of the API changes from kind to kind.
import { clientOf, freshTokens, SmsHistoryError } from "./lib/client.mjs";
import { findProblems, readAll } from "./lib/history.mjs";
import { FILE_NAMES, KINDS, withFields } from "./lib/kinds.mjs";
import { formatInteger } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, expectNone, isSelected, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(200_000);
const SHARE = 0.2;
const PER_SECOND = 50;
const ORDERS = ["desc", "asc", "shuffled"];
/** Far longer than any of these histories takes. */
const LIMIT_S = 300;
const CLIENT = { retry: { maxAttempts: 8, baseDelayMs: 10, maxDelayMs: 200 }, attemptTimeoutMs: 10_000 };

const clientOptions = ({ attemptTimeoutMs = CLIENT.attemptTimeoutMs }) => ({ ...CLIENT, attemptTimeoutMs });

/** The faults for a fifth of the requests. */
function fifthOfRequests({ spec, state, fifth }) {
  return state
    ? [spec, withFields("500", `probability=${SHARE}`)]
    : [withFields(spec, fifth?.fields ?? `probability=${SHARE}`)];
}

/** A mix of all kinds: a fifth of the requests fails, and a fifth of the responses has an unusual form. */
function mixOfKinds() {
  const mixed = KINDS.filter(({ alwaysOnly }) => !alwaysOnly);
  // The clock can be wrong in one way only.
  const clock = mixed.find(({ state }) => state);
  const selected = mixed.filter(({ fifth }) => fifth).map(({ spec }) => withFields(spec, "every=150"));
  const random = mixed.filter(({ state, fifth }) => !state && !fifth);
  const groups = [true, false].map((isExact) =>
    random.filter(({ always }) => (always === "exact") === isExact),
  );
  // Only the first matching fault is injected, so each probability applies to the requests that the earlier ones left.
  let taken = 0;
  const drawn = groups.flatMap((kinds) =>
    kinds.map(({ spec }) => {
      const probability = SHARE / kinds.length / (1 - taken);
      taken += SHARE / kinds.length;
      return withFields(spec, `probability=${probability}`);
    }),
  );
  return [clock.spec, withFields("no-date", "probability=0.1"), ...drawn, ...selected];
}

/** Faults that change no response into a failure. */
const HARMLESS = ["clock", "no-date"];

/** Reads a history under faults, and describes it. Throws if rows are missing or repeated, or if a sum differs. */
async function readExactly(
  sandbox,
  client,
  query,
  progress,
  { totalIsWrong = false, hasNoIds = false, hasBinaryCosts = false } = {},
) {
  const onPage = (read, total) => progress.show(read, total);
  const read = await within(LIMIT_S, (signal) => readAll(client, query, { signal, onPage }));
  if (hasBinaryCosts) read.cost = read.cost.toDecimalPlaces(6);
  const checks = { checkTotal: !totalIsWrong, checkIds: !hasNoIds };
  expectNone(await findProblems(sandbox, read, client.endDate(), checks));
  const faults = await sandbox.faults();
  const failures = faults.filter(({ fault }) => faults.length === 1 || !HARMLESS.includes(fault.kind));
  const injected = failures.reduce((sum, fault) => sum + fault.injected, 0);
  const { requests } = await sandbox.stats();
  if (injected === 0) throw new Error("expected injected faults, got none");
  return `${formatInteger(read.count)} rows, ${injected} faults in ${requests} requests; 0 missing, 0 repeated, exact sums`;
}

/** Checks the error of a history, and describes it. */
function checkError(error, client, { words = [] }) {
  if (!(error instanceof SmsHistoryError)) throw error;
  const texts = [error.message, error.stack, JSON.stringify(error)];
  if (client.tokens().some((token) => texts.some((text) => text.includes(token))))
    throw new Error(`expected an error without the token, got one of kind ${error.kind}`);
  for (const word of words)
    if (!error.message.includes(word))
      throw new Error(`expected "${word}" in the message "${error.message}"`);
  return `error of kind ${error.kind}${error.code ? ` (code ${error.code})` : ""}: ${error.message}`;
}

async function withSandbox(number, messages, options, work) {
  const order = ORDERS[number % ORDERS.length];
  const sandbox = await startSandbox({ messages, order, seed: number + 1, ...options });
  try {
    return await work(sandbox);
  } finally {
    await sandbox.stop();
  }
}

const kinds = KINDS.filter(({ name }) => isSelected(name));

for (const [number, kind] of kinds.entries()) {
  if (kind.alwaysOnly) continue;
  await check(`a fifth fails: ${kind.name}`, (progress) => {
    const rows = Math.min(ROWS, kind.slow ? 5_000 : 20_000);
    const options = { fault: fifthOfRequests(kind), "insert-per-second": PER_SECOND };
    return withSandbox(number, rows, options, async (sandbox) => {
      const own = kind.fifth && { concurrency: kind.fifth.concurrency, token: await freshTokens(sandbox) };
      const client = await clientOf(sandbox, { ...clientOptions(kind), ...own });
      return readExactly(sandbox, client, { count: 100 }, progress, kind);
    });
  });
}

if (isSelected("mix")) {
  await check("a fifth fails: mix of all kinds", (progress) => {
    const options = { fault: mixOfKinds(), "insert-per-second": PER_SECOND, "latency-ms": "5-15" };
    return withSandbox(1, ROWS, options, async (sandbox) => {
      const client = await clientOf(sandbox, { ...CLIENT, attemptTimeoutMs: 2_000 });
      return readExactly(sandbox, client, { count: 1_000 }, progress, {
        totalIsWrong: true,
        hasBinaryCosts: true,
      });
    });
  });
}

for (const [number, kind] of kinds.entries()) {
  const { always = "error" } = kind;
  await check(`all fail: ${kind.name}`, (progress) =>
    withSandbox(number, 2_000, { fault: kind.spec }, async (sandbox) => {
      const client = await clientOf(sandbox, clientOptions(kind));
      let text;
      try {
        text = await readExactly(sandbox, client, { count: 100 }, progress, kind);
      } catch (error) {
        if (always === "exact") throw error;
        return checkError(error, client, kind);
      }
      if (always === "error") throw new Error(`expected an error, got ${text}`);
      return text;
    }),
  );
}

if (isSelected("file-name")) {
  for (const [form, name] of Object.entries(FILE_NAMES)) {
    await check(`all files: name ${form}`, () =>
      withSandbox(0, 1_000, { fault: `file-name:form=${form}` }, async (sandbox) => {
        const file = await (await clientOf(sandbox)).download({ output: "csv" });
        const bytes = await file.bytes();
        if (file.name !== name) throw new Error(`expected the name ${name}, got ${file.name}`);
        return `${name}, ${formatInteger(bytes.length)} bytes`;
      }),
    );
  }
}
close();
