// Property test: generated histories with late rows, status changes, moved dates, deletions and crashes. In the end the archive
// equals a model.
//
//   node tests/archive/model.mjs [--cases N] [--seed N]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { migrate } from "../../www/demo/archive.mjs";
import { Account } from "./lib/model-api.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const { values } = parseArgs({ options: { cases: { type: "string" }, seed: { type: "string" } } });
const CASES = Number(values.cases ?? 3);
const FIRST_SEED = Number(values.seed ?? 1);
const STEPS = 14;
const PARTS = ["UNREADABLE", "PASSED_OVER", "PLACE", "PAUSE"];
const DATABASES = [...Array.from({ length: CASES }, (_, index) => `DB${index}`), ...PARTS];
/** Nights until every window was read again. */
const MAX_NIGHTS = 60;
/** More than a run has. */
const MAX_READS = 1_000;
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
/** Far enough in the past that the library's clock does not matter. */
const START = Date.UTC(2026, 4, 1, 12);
const WORDS = ["parcel", "invoice", "код", "Übergabe", "yes"];
const NUMBERS = ["15550190001", "15550100001", "15550100002", "70000000001"];

class Crash extends Error {}

/** Numbers from a seed: mulberry32. */
function randomOf(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, chance: (share) => next() < share, pick: (list) => list[below(list.length)] };
}

/**
 * A database that crashes: a statement fails before or after it took effect, or takes effect only after a later run.
 */
class CrashingDatabase {
  #db;
  #countdown = Number.POSITIVE_INFINITY;
  #kind = "before";
  /** Statements that take effect late. */
  #late = [];

  constructor(db) {
    this.#db = db;
  }

  arm(countdown, kind) {
    [this.#countdown, this.#kind] = [countdown, kind];
  }

  async settle() {
    this.#countdown = Number.POSITIVE_INFINITY;
    for (const work of this.#late.splice(0)) await work();
  }

  async #guard(work) {
    this.#countdown -= 1;
    if (this.#countdown !== 0) return work();
    if (this.#kind === "after") await work();
    if (this.#kind === "late") this.#late.push(work);
    throw new Crash("D1_ERROR: Network connection lost.");
  }

  prepare = (sql) => this.#wrap(this.#db.prepare(sql));

  #wrap(statement) {
    return {
      statement,
      bind: (...values) => this.#wrap(statement.bind(...values)),
      all: () => this.#guard(() => statement.all()),
      run: () => this.#guard(() => statement.run()),
      first: (column) => this.#guard(() => statement.first(column)),
    };
  }

  batch = (statements) => this.#guard(() => this.#db.batch(statements.map(({ statement }) => statement)));
}

/** One history and its archive. */
class Case {
  now = START;
  /** How far the clock of a step is behind. */
  behind = 0;
  account = new Account();
  nextId = 1_000;

  constructor(db, modules, seed) {
    this.random = randomOf(seed);
    this.db = db;
    this.crashing = new CrashingDatabase(db);
    const { SmsHistoryClient } = modules;
    const client = new SmsHistoryClient({
      token: "token",
      baseUrl: "http://127.0.0.1:9/api",
      fetch: (url) => this.account.fetch(url),
      retry: false,
    });
    this.settings = { from: START - 9 * DAY_MS, maxBytes: 1e9 };
    this.steps = new modules.SyncSteps(this.crashing, client, this.settings, () => this.now - this.behind);
  }

  add(time) {
    const { random } = this;
    // Ids are not in the order of time.
    this.nextId += 1 + random.below(5);
    const [source, destination] = [random.pick(NUMBERS), random.pick(NUMBERS)];
    const status = random.pick([1, 1, 1, 2, 3]);
    const message = {
      ...{
        id: this.nextId,
        source,
        destination,
        direction: random.pick(["IN", "OUT"]),
        fragments: 1 + random.below(3),
      },
      // Refunds are negative.
      ...{
        cost: random.below(50) * 12_500 - random.below(20_000),
        status,
        code: status === 2 ? random.below(3) : null,
      },
      ...{ time: Math.floor(time / 1000) * 1000, dated: status !== 3 || random.chance(0.5) },
      text: random.chance(0.1) ? null : `${random.pick(WORDS)} ${random.below(100)}`,
    };
    this.account.messages.set(message.id, message);
  }

  change() {
    const { random, account } = this;
    const past = () => this.now - 2 * MINUTE_MS - random.below(7 * DAY_MS);
    const messages = [...account.messages.values()];
    const count = 1 + random.below(20);
    switch (random.pick(["new", "late", "settle", "settle", "delete"])) {
      case "new":
        for (let i = 0; i < count; i += 1) this.add(this.now - random.below(HOUR_MS));
        break;
      case "late":
        for (let i = 0; i < count; i += 1) this.add(past());
        break;
      case "settle":
        for (const message of messages.filter(({ status }) => status === 3).slice(0, count)) {
          message.status = random.pick([1, 1, 2]);
          message.code = message.status === 2 ? 7 : null;
          message.dated = true;
          // The date of processing may be in a later window.
          const time = message.time + random.below(2) * random.below(30 * HOUR_MS);
          message.time = Math.min(Math.floor(time / 1000) * 1000, this.now);
        }
        break;
      default:
        for (let i = 0; i < count / 4; i += 1) account.messages.delete(random.pick(messages)?.id);
    }
  }

  /** A run of the Workflow. Its steps are those of sync.ts. */
  async run(tasks) {
    const since = this.now;
    await this.steps.plan();
    if (tasks.includes("waiting")) await this.steps.markWaiting(false);
    if (tasks.includes("verify")) {
      for (let after = -1; after !== null; ) after = await this.steps.verify(after);
      await this.steps.concludeVerification();
    }
    // Steps may run on another machine.
    this.behind = this.random.chance(0.2) ? this.random.below(MINUTE_MS) : 0;
    for (let read = 0; (await this.steps.readNext(since)).windows > 0; read += 1)
      if (read === MAX_READS) throw new Error("the run does not end");
    this.behind = 0;
  }

  async play() {
    for (let i = 0; i < 40 + this.random.below(120); i += 1)
      this.add(this.now - this.random.below(8 * DAY_MS));
    for (let step = 0; step < STEPS; step += 1) {
      this.now += this.random.pick([5 * MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 11 * HOUR_MS, DAY_MS]);
      if (this.random.chance(0.7)) this.change();
      const crashes = this.random.chance(0.5);
      if (crashes)
        this.crashing.arm(1 + this.random.below(25), this.random.pick(["before", "after", "late"]));
      try {
        await this.run(this.random.pick([[], [], ["waiting"], ["verify"]]));
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        // The next run begins while late statements may still take effect.
        this.now += MINUTE_MS;
        this.crashing.arm(Number.POSITIVE_INFINITY, "before");
        if (this.random.chance(0.5)) await this.run([]);
      }
      await this.crashing.settle();
    }
    await this.becomeCurrent();
    return this.problems();
  }

  /** Nights until all windows were read after the last change. */
  async becomeCurrent() {
    this.now += HOUR_MS;
    const end = this.now;
    for (let night = 0; night < MAX_NIGHTS; night += 1) {
      this.now += DAY_MS;
      await this.run(["verify"]);
      const sql = "SELECT count(*) AS count FROM win WHERE coalesce(read_at, 0) < ? AND expected > 0";
      if ((await this.db.prepare(sql).bind(end).first("count")) === 0) return;
    }
  }

  async problems() {
    const problems = [];
    const compare = (what, found, expected) => {
      const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
      if (a !== b) problems.push(`${what}: expected ${b.slice(0, 300)}, got ${a.slice(0, 300)}`);
    };
    const sql = async (text) => (await this.db.prepare(text).all()).results;
    const expected = [...this.account.messages.values()].sort((a, b) => a.id - b.id);
    const stored = await sql("SELECT * FROM message WHERE gone_at IS NULL ORDER BY message_id");
    compare(
      "messages",
      stored.map((row) => [
        row.message_id,
        row.source,
        row.destination,
        row.direction,
        row.fragments,
        row.cost,
        row.status,
        row.error_code,
        row.dated ? row.at : null,
        row.text,
      ]),
      expected.map((row) => [
        row.id,
        row.source,
        row.destination,
        row.direction.toLowerCase(),
        row.fragments,
        row.cost,
        row.status,
        row.code,
        row.dated ? row.time : null,
        row.text,
      ]),
    );
    // A message without a date counts to the start of its window, which is one day where there are enough messages.
    const windows = await sql("SELECT * FROM win ORDER BY start");
    const dayOf = ({ time, dated }) =>
      Math.floor((dated ? time : windows.findLast(({ start }) => start <= time).start) / DAY_MS);
    compare(
      "days of messages without a date",
      stored.filter(({ dated }) => !dated).map(({ at }) => Math.floor(at / DAY_MS)),
      expected.filter(({ dated }) => !dated).map(dayOf),
    );
    const sums = new Map();
    for (const row of expected) {
      const direction = row.direction.toLowerCase();
      const key = [dayOf(row), direction, row.status, direction === "out" ? row.source : ""].join();
      const [count, fragments, cost] = sums.get(key) ?? [0, 0, 0];
      sums.set(key, [count + 1, fragments + row.fragments, cost + row.cost]);
    }
    const days = await sql("SELECT * FROM day WHERE count > 0");
    compare(
      "sums",
      days
        .map(({ day, direction, status, source, count, fragments, cost }) => [
          [day, direction, status, source].join(),
          [count, fragments, cost],
        ])
        .sort(),
      [...sums].sort(),
    );
    const gaps = windows.filter(({ start }, index) => index > 0 && windows[index - 1].stop + 1000 !== start);
    compare("gaps between windows", gaps, []);
    compare(
      "windows that are not exact",
      windows.filter(({ state }) => state !== "exact"),
      [],
    );
    await sql("INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)");
    return problems;
  }
}

const folder = await mkdtemp(join(tmpdir(), "archive-model-"));
await build({
  stdin: {
    contents:
      'export { buckets } from "./buckets.js"; export { readFreshness } from "./freshness.js"; export { SyncHistory, startWhenDue } from "./sync.js"; export { SyncSteps } from "./sync-steps.js"; export { describeError, reportOf } from "./errors.js"; export { planWindows } from "./plan.js"; export { SmsHistoryClient } from "voximplant-sms-history/edge";',
    resolveDir: path("../../www/src/archive"),
  },
  outfile: `${folder}/sync-steps.mjs`,
  bundle: true,
  format: "esm",
  platform: "node",
  alias: {
    "voximplant-sms-history/edge": path("../../pkg/entry/edge.inline.js"),
    "cloudflare:workers": path("lib/workflow.mjs"),
    "cloudflare:workflows": path("lib/workflow.mjs"),
  },
  logLevel: "error",
});
const modules = await import(pathToFileURL(`${folder}/sync-steps.mjs`));
const start = () =>
  new Miniflare({
    ...{ cf: false, modules: true, script: "export default {}", compatibilityDate: "2026-04-01" },
    d1Databases: Object.fromEntries(DATABASES.map((name) => [name, name])),
  });
let miniflare = start();

/** Does a part. Once more with new databases if miniflare fails. */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    // On a busy machine its proxy of a database sometimes wakes up before its message is there. It then fails for good.
    if (!error.stack.includes("SynchronousFetcher")) throw error;
    await miniflare.dispose();
    miniflare = start();
    return work();
  }
}

let [passed, failed] = [0, 0];
for (let index = 0; index < CASES; index += 1) {
  const seed = FIRST_SEED + index;
  const play = async () => {
    const db = await miniflare.getD1Database(`DB${index}`);
    await migrate(db);
    return new Case(db, modules, seed).play();
  };
  const problems = await attempt(play).catch((error) => [error.stack]);
  if (problems.length === 0) passed += 1;
  else failed += 1;
  if (problems.length > 0) console.log(`FAILED  seed ${seed}: ${problems.join("\n  ")}`);
}

/** Plans a quiet history in which old messages arrive between two counts. Returns a problem, or `undefined`. */
async function planWhileOldOnesArrive() {
  const { SmsHistoryClient, planWindows } = modules;
  const account = new Account();
  const add = (count, time) => {
    for (let i = 0; i < count; i += 1) {
      const id = account.messages.size + 1;
      account.messages.set(id, {
        ...{ id, source: "a", destination: "b", direction: "IN", fragments: 1 },
        ...{ cost: 0, status: 1, code: null, time, dated: true, text: null },
      });
    }
  };
  add(10, START);
  const fetch = (url) => {
    const isPart = !url.includes("to_date=2026-05-01%2012");
    if (isPart && account.messages.size === 10) add(50, START - 11 * DAY_MS);
    return account.fetch(url);
  };
  const client = new SmsHistoryClient({
    ...{ token: "token", baseUrl: "http://127.0.0.1:9/api", fetch, retry: false },
  });
  const windows = await planWindows(client, START - 12 * DAY_MS, START);
  const isWrong = ({ expected }, index) =>
    expected < 0 || (index > 0 && windows[index - 1].stop + 1000 !== windows[index].start);
  return windows.some(isWrong) || windows.length === 0 ? JSON.stringify(windows) : undefined;
}

/** Plans and reads a history whose newest message, and that of an older day, cannot be read. Returns a problem, or `undefined`. */
async function planAroundUnreadableMessages() {
  const db = await miniflare.getD1Database("UNREADABLE");
  await migrate(db);
  const history = new Case(db, modules, 1);
  const today = Math.floor(START / DAY_MS);
  const addUnreadable = (time) => {
    history.add(time);
    const message = history.account.messages.get(history.nextId);
    Object.assign(message, { dated: true, fragments: "three" });
    return message;
  };
  /** Returns the days of the windows that could not be read. */
  const read = async () => {
    await history.run([]);
    const failed = await db.prepare("SELECT error_kind FROM sync").first("error_kind");
    const sql = "SELECT start FROM win WHERE state <> 'exact' ORDER BY start";
    const { results } = await db.prepare(sql).all();
    return [failed, ...results.map(({ start }) => Math.floor(start / DAY_MS) - today)].join();
  };
  for (let i = 0; i < 120; i += 1) history.add(START - (i % 9) * DAY_MS - history.random.below(HOUR_MS));
  const unreadable = [addUnreadable(START - 3 * DAY_MS), addUnreadable(START - 2 * MINUTE_MS)];
  const found = [await read()];
  // Before the next run an unreadable message arrives. Before the third run a readable one arrives.
  history.now += 5 * MINUTE_MS;
  unreadable.push(addUnreadable(history.now - 2 * MINUTE_MS));
  found.push(await read());
  history.now += 5 * MINUTE_MS;
  history.add(history.now - 2 * MINUTE_MS);
  found.push(await read());
  const expected = ["format,-3,0", "format,-3,0,0", "format,-3,0,0"];
  if (found.join(" ") !== expected.join(" ")) return `expected ${expected.join(" ")}, got ${found.join(" ")}`;
  for (const message of unreadable) message.fragments = 1;
  await history.becomeCurrent();
  return (await history.problems())[0];
}

/** Verifies and reads a history most of whose days cannot be read. Returns a problem, or `undefined`. */
async function passOverUnreadableWindows() {
  const db = await miniflare.getD1Database("PASSED_OVER");
  await migrate(db);
  const history = new Case(db, modules, 1);
  const { account } = history;
  const today = Math.floor(START / DAY_MS);
  const dayOf = (time) => Math.floor(time / DAY_MS) - today;
  for (let i = 0; i < 2_000; i += 1) history.add(START - (i % 9) * DAY_MS - history.random.below(HOUR_MS));
  await history.run([]);
  const messages = [...account.messages.values()];
  for (const message of messages) if (dayOf(message.time) < -3) message.fragments = "three";
  // The newest one, so that the count is incomplete as well.
  messages.findLast(({ time }) => dayOf(time) === -3).isLost = true;
  const readings = new Map();
  const { fetch } = account;
  account.fetch = (url) => {
    const query = new URL(url).searchParams;
    const day = dayOf(Date.parse(query.get("from_date")));
    if (query.get("count") === "1000") readings.set(day, (readings.get(day) ?? 0) + 1);
    return fetch(url);
  };
  // One window in a step, and all windows in a step. The last error is reported.
  for (const [expectedRows, lastKind] of [
    [20_000, "incomplete"],
    [100, "format"],
  ]) {
    history.now += 5 * MINUTE_MS;
    readings.clear();
    await db.prepare("UPDATE win SET due = 1, expected = ?").bind(expectedRows).run();
    await history.run(["verify"]);
    const { results } = await db.prepare("SELECT start FROM win WHERE due = 1 ORDER BY start").all();
    const kind = await db.prepare("SELECT error_kind FROM sync").first("error_kind");
    const counts = [-8, -7, -6, -5, -4].map((day) => readings.get(day));
    const found = `${kind} ${results.map(({ start }) => dayOf(start))}; readings ${counts}`;
    const expected = `${lastKind} -8,-7,-6,-5,-4,-3; readings 1,1,1,1,1`;
    if (found !== expected) return `expected ${expected}, got ${found}`;
  }
  // A moment without the database needs nobody. It hides the window only after a run succeeded.
  const kinds = [];
  for (const succeededAt of [null, Date.now() + 1]) {
    await db.prepare("UPDATE sync SET succeeded_at = ?").bind(succeededAt).run();
    await modules.reportOf(db, modules.describeError(new Error("D1_ERROR: reset"))).run();
    kinds.push(await db.prepare("SELECT error_kind FROM sync").first("error_kind"));
  }
  if (kinds.join() !== "format,database") return `expected format,database, got ${kinds}`;
  for (const message of messages) Object.assign(message, { fragments: 1, isLost: false });
  history.now += 5 * MINUTE_MS;
  await history.run([]);
  // The end of an exact window becomes unreadable. Later windows are exact.
  history.add(history.now + 2 * MINUTE_MS);
  const unreadable = account.messages.get(history.nextId);
  Object.assign(unreadable, { dated: true, fragments: "three" });
  for (const pause of [5 * MINUTE_MS, DAY_MS]) {
    history.now += pause;
    await history.run([]);
    const { exactUntil } = await modules.readFreshness(db, history.settings);
    const behind = unreadable.time - exactUntil;
    if (behind <= 0 || behind > HOUR_MS)
      return `expected exact until shortly before it, got ${behind} ms before`;
  }
  unreadable.fragments = 1;
  await history.becomeCurrent();
  return (await history.problems())[0];
}

/** Plans after a pause of many hours in which many messages arrived. Returns a problem, or `undefined`. */
async function planAfterPause() {
  const db = await miniflare.getD1Database("PAUSE");
  await migrate(db);
  const history = new Case(db, modules, 1);
  await history.run([]);
  const [pause, count] = [11 * HOUR_MS, 11_000];
  for (let i = 0; i < count; i += 1) history.add(history.now + ((i + 1) / (count + 1)) * pause);
  history.now += pause;
  await history.steps.plan();
  const { results } = await db.prepare("SELECT start, stop FROM win").all();
  const times = [...history.account.messages.values()].map(({ time }) => time);
  const sizes = results.map(
    ({ start, stop }) => times.filter((time) => time >= start && time <= stop).length,
  );
  return Math.max(...sizes) > 10_000 ? `expected at most 10,000 messages a window, got ${sizes}` : undefined;
}

/** Describes the errors that D1 documents. Returns a problem, or `undefined`. */
function describeDatabaseErrors() {
  const found = [
    "D1_ERROR: D1 DB's isolate exceeded its memory limit and was reset.",
    "D1_ERROR: D1 DB exceeded its CPU time limit and was reset.",
    "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
    "D1_ERROR: Network connection lost.",
    "Too many API requests by single worker invocation.",
    "D1_ERROR: Exceeded maximum DB size: SQLITE_FULL",
    "D1_ERROR: no such table: win: SQLITE_ERROR",
    "D1_ERROR: unterminated string: SQLITE_ERROR",
  ].map((message) => modules.describeError(new Error(message)).kind);
  const expected = [...Array(4).fill("database"), "quota", "database_full", "migrations", "internal"];
  return `${found}` === `${expected}` ? undefined : `expected ${expected}, got ${found}`;
}

/** Cuts days on which clocks change into hours. Returns a problem, or `undefined`. */
function cutHoursOfClockChanges() {
  for (const [zone, day] of [
    ["Europe/Berlin", "2025-10-26"],
    ["Australia/Lord_Howe", "2026-04-04"],
    ["Pacific/Chatham", "2026-04-04"],
    ["Pacific/Chatham", "2026-09-26"],
    ["America/St_Johns", "2010-11-07"],
  ]) {
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "short",
    });
    const hourOf = (time) => format.format(time).replace(" ", "T").slice(0, 13);
    const from = Date.parse(`${day}T00:17:05Z`);
    let end = from;
    for (const { label, start, stop } of modules.buckets(from, from + DAY_MS - 1, "hour", zone)) {
      const hours = [hourOf(start), hourOf(stop - 1)];
      if (start !== end || hours.some((hour) => hour !== label))
        return `${zone}: expected ${hours}, got ${label}`;
      end = stop;
    }
    if (end !== from + DAY_MS) return `${zone}: expected the whole day`;
  }
}

/** Workflow instances, of which the first creations fail: before the instance is created, and after it. */
class Instances {
  created = [];
  failures = 0;

  get = async (id) => {
    if (!this.created.some((one) => one.id === id)) throw new Error("instance.not_found");
  };

  create = async (options) => {
    this.failures -= 1;
    if (this.failures >= 1) throw new Crash();
    this.created.push(options);
    if (this.failures === 0) throw new Crash();
    return options;
  };
}

/** Continues a run in a second instance, and starts runs with the parts that are due. Returns a problem, or `undefined`. */
async function continueAndStartRuns() {
  const db = await miniflare.getD1Database("PLACE");
  await migrate(db);
  const SYNC = new Instances();
  const env = { ARCHIVE: db, SYNC, ARCHIVE_FROM: "2026-01-01" };
  const set = (state) => db.prepare(`UPDATE sync SET ${state}`).run();
  const found = [];
  const note = async () => {
    const instance = await db.prepare("SELECT instance FROM sync").first("instance");
    found.push(`${instance}: ${SYNC.created.splice(0).map(({ id, params }) => `${id} ${params.tasks}`)}`);
  };
  const run = (instanceId, continues) => {
    // Every reading has read a window. Other steps are repeated after an error.
    const results = { plan: null, read: { windows: 1, rows: 0, written: 0 } };
    const stepOf = async (name, _, work) => {
      const result = results[name.split(" ")[0]];
      if (result !== undefined) return JSON.stringify(result);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work();
        } catch (error) {
          if (attempt === 7) throw error;
        }
      }
    };
    const event = { instanceId, payload: { tasks: [], ...continues } };
    return new modules.SyncHistory({}, env).run(event, { do: stepOf });
  };
  SYNC.failures = 2;
  await run("sync-1", {});
  await note();
  const continues = { since: 1, part: 2, done: { windows: 0, rows: 0, written: 0 } };
  for (const state of ["beat_at = 0", "instance = 'sync-2'"]) {
    await set(state);
    await run("sync-1-part-2", { continues });
    await note();
  }
  for (const [state, now] of [
    [`beat_at = ${START - 19 * MINUTE_MS}`, START],
    [`beat_at = ${START - 21 * MINUTE_MS}`, START + 1],
    [`instance = NULL, waiting_at = ${START}, verified_at = ${START}`, START + 2],
    ["verified_at = NULL", START + 3],
    [`verified_at = ${START}, waiting_at = ${START - HOUR_MS}`, START + 4],
    // Before and after 03:00.
    [`waiting_at = ${START + 14 * HOUR_MS}`, START + 14 * HOUR_MS],
    [`waiting_at = ${START + 15 * HOUR_MS}`, START + 15 * HOUR_MS],
  ]) {
    await set(state);
    await modules.startWhenDue(env, now);
    await note();
  }
  const expected = [
    "sync-1-part-2: sync-1-part-2 ",
    "sync-1-part-3: sync-1-part-3 ",
    // Another instance has taken its place.
    "sync-2: ",
    "sync-2: ",
    `sync-2: sync-${START + 1} waiting,verify`,
    `null: sync-${START + 2} `,
    `null: sync-${START + 3} verify`,
    `null: sync-${START + 4} waiting`,
    `null: sync-${START + 14 * HOUR_MS} `,
    `null: sync-${START + 15 * HOUR_MS} verify`,
  ];
  const wrong = expected.findIndex((one, index) => found[index] !== one);
  return wrong === -1 ? undefined : `expected ${expected[wrong]}, got ${found[wrong]}`;
}

const parts = {
  planWhileOldOnesArrive,
  planAroundUnreadableMessages,
  passOverUnreadableWindows,
  planAfterPause,
  describeDatabaseErrors,
  cutHoursOfClockChanges,
  continueAndStartRuns,
};
for (const [name, work] of Object.entries(parts)) {
  const problem = await attempt(async () => work()).catch(({ message }) => message);
  if (problem === undefined) passed += 1;
  else failed += 1;
  if (problem !== undefined) console.log(`FAILED  ${name}: ${problem}`);
}
await miniflare.dispose();
await rm(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
