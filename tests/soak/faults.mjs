// Whole histories while requests fail and messages arrive: by every kind of fault in turn, by all of them mixed, and
// by each kind at every request.
//
//   node tests/soak/faults.mjs [--rows N] [KIND...]
//
// So that all of it takes ten minutes, the mix alone is read through all rows, in pages of 1,000. Each kind is read
// through 20,000 rows in pages of 100, which makes as many requests; those that have the client pause each time through
// 5,000 rows. The order of the API is another one for each kind.
import { clientOf, freshTokens, SmsHistoryError } from "./lib/client.mjs";
import { judge, readAll } from "./lib/history.mjs";
import { KINDS } from "./lib/kinds.mjs";
import { whole } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, expectNone, named, rowsOption, within } from "./lib/scenario.mjs";

const ROWS = rowsOption(200_000);
const SHARE = 0.2;
const PER_SECOND = 50;
const ORDERS = ["desc", "asc", "shuffled"];
/** No history of this length takes so long, but one that hangs. */
const LIMIT_S = 300;
const CLIENT = { retry: { maxAttempts: 8, baseDelayMs: 10, maxDelayMs: 200 }, attemptTimeoutMs: 10_000 };

const at = (spec, part) => `${spec}${spec.includes(":") ? "," : ":"}${part}`;
const clientOptions = ({ attemptTimeoutMs = CLIENT.attemptTimeoutMs }) => ({ ...CLIENT, attemptTimeoutMs });
const byLot = (share) => `probability=${share}`;

/** The faults that strike a fifth of the requests with a kind. */
function fifth({ spec, state, fifth }) {
  return state ? [spec, at("500", byLot(SHARE))] : [at(spec, fifth?.part ?? byLot(SHARE))];
}

/** Like {@link fifth}, by all kinds at once; the clock can be wrong in one way only. */
function mix() {
  const [clock] = KINDS.filter(({ state }) => state);
  const lots = KINDS.filter(({ state, fifth }) => !state && !fifth);
  const others = KINDS.filter(({ fifth }) => fifth).map(({ spec }) => at(spec, "every=150"));
  // The first that strikes is the only one: each later one is drawn from the requests that are left.
  const share = SHARE / lots.length;
  const drawn = lots.map(({ spec }, before) => at(spec, byLot(share / (1 - before * share))));
  return [clock.spec, ...drawn, ...others];
}

/** Reads a history under faults, and says what came of it. Throws when a row is lost or doubled, or a sum is wrong. */
async function exact(sandbox, options, query, progress, totalIsWrong = false) {
  const client = await clientOf(sandbox, options);
  const onPage = (read, total) => progress.show(read, total);
  const read = await within(LIMIT_S, (signal) => readAll(client, query, { signal, onPage }));
  expectNone(await judge(sandbox, read, client.pinned(), !totalIsWrong));
  const faults = await sandbox.faults();
  // A wrong clock strikes every request, and is no failure.
  const failures = faults.length > 1 ? faults.slice(faults[0].fault?.kind === "clock" ? 1 : 0) : faults;
  const injected = failures.reduce((sum, fault) => sum + fault.injected, 0);
  const { requests } = await sandbox.stats();
  if (injected === 0) throw new Error("no fault was injected");
  return `${whole(read.count)} rows, ${injected} faults in ${requests} requests; 0 lost, 0 doubled, exact sums`;
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

const kinds = KINDS.filter(({ name }) => named(name));

for (const [number, kind] of kinds.entries()) {
  await check(`a fifth fails: ${kind.name}`, (progress) => {
    const rows = Math.min(ROWS, kind.slow ? 5_000 : 20_000);
    const options = { fault: fifth(kind), "insert-per-second": PER_SECOND };
    return withSandbox(number, rows, options, async (sandbox) => {
      const own = kind.fifth && { concurrency: kind.fifth.concurrency, token: await freshTokens(sandbox) };
      return exact(sandbox, { ...clientOptions(kind), ...own }, { count: 100 }, progress, kind.totalIsWrong);
    });
  });
}

if (named("mix")) {
  await check("a fifth fails: mix of all kinds", (progress) => {
    const options = { fault: mix(), "insert-per-second": PER_SECOND, "latency-ms": "5-15" };
    return withSandbox(1, ROWS, options, (sandbox) =>
      exact(sandbox, { ...CLIENT, attemptTimeoutMs: 2_000 }, { count: 1_000 }, progress, true),
    );
  });
}

for (const [number, kind] of kinds.entries()) {
  const { always = "error" } = kind;
  await check(`all fail: ${kind.name}`, (progress) =>
    withSandbox(number, 2_000, { fault: kind.spec }, async (sandbox) => {
      try {
        const told = await exact(sandbox, clientOptions(kind), { count: 100 }, progress, kind.totalIsWrong);
        if (always === "error") throw new Error(`expected an error, but ${told}`);
        return told;
      } catch (error) {
        if (always === "exact" || !(error instanceof SmsHistoryError)) throw error;
        return `error of kind ${error.kind}${error.code ? ` (code ${error.code})` : ""}: ${error.message}`;
      }
    }),
  );
}
close();
