import { answering, bodyOf, SECRET, UNTIL } from "./helpers.mjs";

/** What a caller may give for any option, meant well or not. */
const VALUES = [
  ...[undefined, null, true, false, 0, -0, 1, 2.5, -1, 6, 100, 1e9, 2 ** 53, 1e308, Number.NaN, Infinity, 7n],
  ...[
    "",
    "1",
    " ",
    "IN",
    "csv",
    "xls",
    "day",
    "hour",
    "ndjson",
    "UTC",
    "Europe/Vienna",
    "Mars/Phobos",
    "\ud800",
  ],
  ...[
    "2026-01-01 00:00:00",
    "2026-01-01",
    "12025550123",
    "https://127.0.0.1:9/api",
    "http://example.com",
    UNTIL,
  ],
  ...[Symbol("x"), [], [1, "a"], ["messageId"], {}, { a: 1 }, { maxAttempts: 2 }, Object.create(null)],
  ...[
    new Date(0),
    new Date(Number.NaN),
    new Map(),
    new Uint8Array(3),
    /x/,
    () => {},
    () => SECRET,
    async () => 5,
  ],
  () => {
    throw "thrown";
  },
];

const NAMES = {
  client: "baseUrl allowHttp timeoutMs attemptTimeoutMs retry concurrency onEvent token limiter other".split(
    " ",
  ),
  query: "sourceNumber destinationNumber direction count offset fromDate toDate output extra other".split(
    " ",
  ),
  pages: "signal limit cursor concurrency other".split(" "),
  summary: "bucket timeZone top onProgress signal concurrency other".split(" "),
  export: "format columns neutralizeFormulas byteOrderMark signal limit other".split(" "),
  limiter: "requestsPerSecond maxInFlight other".split(" "),
};

/** What options may be refused as, and what comes of those that were taken. */
const KINDS = ["invalid_options", "invalid_query", "token", "timeout"];

/** Numbers from 0 to below 1, the same ones each time (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Thousands of random options: each is taken, or refused by a typed error; nothing else comes, and nothing hangs. */
export default function randomOptions(QUnit, context) {
  const { core, edge } = context;
  const ROUNDS = context.isThorough ? 2_000 : 400;
  const { module, test } = QUnit;

  module("random options", () => {
    for (const [name, lib, seed] of [
      ["core", core, 1],
      ["edge", edge, 2],
    ]) {
      test(`pain of "thrown strings": what ${name} refuses, it refuses by a typed error`, async (assert) => {
        const next = random(seed);
        const pick = (list) => list[Math.floor(next() * list.length)];
        const given = (reader) => {
          if (next() < 0.05) return pick(VALUES);
          const count = Math.floor(next() * 3);
          return Object.fromEntries(Array.from({ length: count }, () => [pick(NAMES[reader]), pick(VALUES)]));
        };
        const fetch = answering(bodyOf([]));
        const outcomes = { taken: 0 };
        const strange = [];
        const settle = async (reader, call) => {
          try {
            await call();
            outcomes.taken += 1;
          } catch (error) {
            const isTyped = error instanceof lib.SmsHistoryError && KINDS.includes(error.kind);
            if (isTyped) outcomes[error.kind] = (outcomes[error.kind] ?? 0) + 1;
            else strange.push(`${reader}: ${error?.stack ?? String(error)}`);
          }
        };
        const client = new lib.SmsHistoryClient({ token: SECRET, fetch });
        for (let round = 0; round < ROUNDS; round += 1) {
          await settle("client", async () => {
            const options = given("client");
            const whole = options instanceof Object ? { token: SECRET, ...options, fetch } : options;
            return new lib.SmsHistoryClient(whole).getSmsHistory();
          });
          await settle("query", () => client.getSmsHistory(given("query")));
          await settle("pages", () => client.pages({}, given("pages")).next());
          await settle("summary", () => client.summarize({}, given("summary")));
          await settle("export", () => client.exportHistory({}, given("export")).getReader().read());
          await settle("limiter", () => {
            const limiter = new lib.RateLimiter(given("limiter"));
            return new lib.SmsHistoryClient({ token: SECRET, fetch, limiter }).getSmsHistory();
          });
        }
        assert.deepEqual(strange.slice(0, 3), []);
        assert.ok(outcomes.taken > ROUNDS && outcomes.invalid_options > ROUNDS, JSON.stringify(outcomes));
      });
    }
  });
}
