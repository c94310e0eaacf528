import { bodyOf, SECRET, stubFetch, UNTIL } from "./helpers.mjs";

/** Values for any option, valid or not. */
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
    ";",
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
  export: "format columns neutralizeFormulas byteOrderMark delimiter signal limit other".split(" "),
  limiter: "requestsPerSecond maxInFlight other".split(" "),
};

/** The kinds of error that options may cause. */
const KINDS = ["invalid_options", "invalid_query", "token", "timeout"];

/** A random generator (Mulberry32): returns numbers from 0 to below 1. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Thousands of random options. Each is accepted or refused by a typed error, and no call hangs. */
export default function randomOptions(QUnit, context) {
  const { core, edge } = context;
  const ROUNDS = context.isThorough ? 2_000 : 400;
  const { module, test } = QUnit;

  module("random options", () => {
    for (const [name, lib, seed] of [
      ["core", core, 1],
      ["edge", edge, 2],
    ]) {
      test(`pain of "thrown strings": ${name} refuses options only by typed errors`, async (assert) => {
        const next = random(seed);
        const pick = (list) => list[Math.floor(next() * list.length)];
        const randomValue = (reader) => {
          if (next() < 0.05) return pick(VALUES);
          const count = Math.floor(next() * 3);
          return Object.fromEntries(Array.from({ length: count }, () => [pick(NAMES[reader]), pick(VALUES)]));
        };
        const fetch = stubFetch(bodyOf([]));
        const outcomes = { accepted: 0 };
        const untyped = [];
        const settle = async (reader, call) => {
          try {
            await call();
            outcomes.accepted += 1;
          } catch (error) {
            const isTyped = error instanceof lib.SmsHistoryError && KINDS.includes(error.kind);
            if (isTyped) outcomes[error.kind] = (outcomes[error.kind] ?? 0) + 1;
            else untyped.push(`${reader}: ${error?.stack ?? String(error)}`);
          }
        };
        const client = new lib.SmsHistoryClient({ token: SECRET, fetch });
        for (let round = 0; round < ROUNDS; round += 1) {
          await settle("client", async () => {
            const options = randomValue("client");
            const whole = options instanceof Object ? { token: SECRET, ...options, fetch } : options;
            return new lib.SmsHistoryClient(whole).getSmsHistory();
          });
          await settle("query", () => client.getSmsHistory(randomValue("query")));
          await settle("pages", () => client.pages({}, randomValue("pages")).next());
          await settle("summary", () => client.summarize({}, randomValue("summary")));
          await settle("export", () => client.exportHistory({}, randomValue("export")).getReader().read());
          await settle("limiter", () => {
            const limiter = new lib.RateLimiter(randomValue("limiter"));
            return new lib.SmsHistoryClient({ token: SECRET, fetch, limiter }).getSmsHistory();
          });
        }
        assert.deepEqual(untyped.slice(0, 3), []);
        assert.ok(outcomes.accepted > ROUNDS && outcomes.invalid_options > ROUNDS, JSON.stringify(outcomes));
      });
    }
  });
}
