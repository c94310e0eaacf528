import { normalizeNumber } from "../phone-number.js";
import { entriesOf, type Reader } from "../worker/authorize.js";
import { hideNumbers, Redactor } from "../worker/redact.js";
import { failure } from "../worker/refusal.js";
import { WORKER_HEADERS } from "../worker/security.js";
import { Answers, type Sum, singleDatabase } from "./answers.js";
import { buckets, MAX_BUCKETS } from "./buckets.js";
import { describeError } from "./errors.js";
import { openExport } from "./export.js";
import type { Filter } from "./filter.js";
import { forgetNumber } from "./forget.js";
import { readFreshness } from "./freshness.js";
import { type Body, FieldError, parseBody, REQUESTS, type Route } from "./requests.js";
import { toMessage } from "./schema.js";
import { type ArchivedEnv, type ArchiveEnv, hasArchive, readArchiveSettings } from "./settings.js";
import { startRun } from "./sync.js";

/** The path of the routes. */
export const ARCHIVE_PATH = "/archive";

/** A reader gets an answer within this time: D1 stalls now and then. */
const DEADLINE_MS = 20_000;

/**
 * The most messages of an export. D1 allows 1,000 queries for a request, and a longer export ends in the middle. 1,000 messages take
 * one query to four: the rows, the index for two numbers, and two of a search. The library's counts take about one more for 8 pages.
 */
const MAX_EXPORT = 200_000;

/** The codes of the API's error envelope, as the relay uses them. */
const [INTERNAL, INVALID_ARGUMENTS, UNKNOWN, FORBIDDEN] = [2, 101, 103, 104];

/**
 * Answers a request of a reader whom the Worker has authorized. `GET /archive/freshness`; everything else is a POST with a JSON
 * body, so that numbers and texts stay out of addresses and their logs.
 */
export async function archive(request: Request, env: ArchiveEnv, reader: Reader): Promise<Response> {
  const route = new URL(request.url).pathname.slice(ARCHIVE_PATH.length + 1);
  if (!hasArchive(env)) return failure(404, UNKNOWN, "this dashboard has no archive; see docs/archive.md");
  try {
    if (route === "freshness" && request.method === "GET")
      return await Promise.race([readFreshness(env.ARCHIVE, readArchiveSettings(env)).then(json), late()]);
    if (!Object.hasOwn(REQUESTS, route)) return failure(404, UNKNOWN, "no such route");
    const refused = refuseForeign(request);
    if (refused) return refused;
    const name = route as Route;
    const body = parseBody(name, await request.json().catch(() => undefined));
    const routes = new Routes(env, reader, reader.role === "masked" ? await Redactor.of(env) : undefined);
    const answer = routes[name] as (body: Body<Route>) => Promise<Response>;
    return await Promise.race([answer.call(routes, body), late()]);
  } catch (error) {
    if (error instanceof FieldError)
      return failure(400, INVALID_ARGUMENTS, error.message, { field: error.field });
    if (error instanceof Refused) return failure(403, FORBIDDEN, error.message);
    const { kind, message } = describeError(error);
    return failure(kind === "database" ? 503 : 500, INTERNAL, message, { reason: kind });
  }
}

/** The reader's role does not allow it. */
class Refused extends Error {}

/** Only the dashboard's own page and programs without a browser may ask. A form of another page cannot send JSON. */
function refuseForeign(request: Request): Response | undefined {
  if (request.method !== "POST") return failure(405, UNKNOWN, "expected POST");
  const site = request.headers.get("Sec-Fetch-Site") ?? "same-origin";
  const isJson = request.headers.get("Content-Type")?.split(";")[0]?.trim() === "application/json";
  if (site !== "same-origin")
    return failure(403, FORBIDDEN, "expected a request of the dashboard's own page");
  return isJson ? undefined : failure(415, INVALID_ARGUMENTS, "Content-Type: expected application/json");
}

const json = (body: unknown) => Response.json(body, { headers: WORKER_HEADERS });

/** Answers in time, even if the database does not. */
async function late(): Promise<Response> {
  await scheduler.wait(DEADLINE_MS);
  return failure(503, INTERNAL, "the database did not answer in time; try again", { reason: "database" });
}

/** The routes of a reader. With a redactor, numbers are shortened and texts left out of every answer. */
class Routes {
  readonly #answers: Answers;

  constructor(
    private readonly env: ArchivedEnv,
    private readonly reader: Reader,
    private readonly redactor: Redactor | undefined,
  ) {
    this.#answers = new Answers(singleDatabase(env.ARCHIVE));
  }

  async messages({ filter, ...options }: Body<"messages">): Promise<Response> {
    const rows = await this.#answers.list(await this.#allowed(filter), options);
    const last = rows.length === options.limit ? rows.at(-1) : undefined;
    const next = last ? { at: last.at, id: last.message_id } : null;
    return this.#json({ messages: rows.map(toMessage), next });
  }

  async count({ filter }: Body<"count">): Promise<Response> {
    return json({ count: await this.#answers.count(await this.#allowed(filter)) });
  }

  async sums({ filter, unit, timeZone, bySender }: Body<"sums">): Promise<Response> {
    const parts = buckets(filter.from, filter.to, unit, timeZone);
    if (!parts) throw new FieldError("unit", `expected one that makes at most ${MAX_BUCKETS} buckets`);
    const sums = await this.#answers.sums(await this.#allowed(filter), parts, bySender);
    const byBucket: Sum[][] = parts.map(() => []);
    for (const sum of sums) byBucket[sum.bucket]?.push(sum);
    const answer = parts.map(({ label, start }, index) => {
      const own = byBucket[index] ?? [];
      const shown = own.map(({ bucket, ...sum }) => sum);
      return { label, start: new Date(start), deliveryRate: deliveryRate(own), sums: shown };
    });
    return this.#json({ deliveryRate: deliveryRate(sums), buckets: answer });
  }

  async top({ filter, by, limit }: Body<"top">): Promise<Response> {
    const allowed = await this.#allowed(filter);
    const entries =
      by === "errorCodes"
        ? (await this.#answers.errors(allowed)).slice(0, limit)
        : await this.#answers.top(allowed, by === "senders" ? "source" : "destination", limit);
    return this.#json({ entries });
  }

  async message({ id }: Body<"message">): Promise<Response> {
    const row = await this.#answers.message(id);
    if (!row) return failure(404, INVALID_ARGUMENTS, "no such message");
    const goneAt = row.gone_at === null ? null : new Date(row.gone_at);
    return this.#json({ message: toMessage(row), goneAt });
  }

  async export({ filter, ...options }: Body<"export">): Promise<Response> {
    const allowed = await this.#allowed(filter);
    const count = await this.#answers.count(allowed);
    if (count > MAX_EXPORT) {
      const problem = `expected at most ${MAX_EXPORT} messages for a file, got ${count}; choose a shorter span`;
      throw new FieldError("filter", problem);
    }
    const { body, type } = await openExport(this.#answers, allowed, options, (message) =>
      this.#redact(message),
    );
    const disposition = `attachment; filename="messages.${options.format}"`;
    return new Response(body, {
      headers: { ...WORKER_HEADERS, "Content-Type": type, "Content-Disposition": disposition },
    });
  }

  async sync({ tasks, restart }: Body<"sync">): Promise<Response> {
    if (this.redactor) throw new Refused("this role starts no synchronization");
    const instance = await startRun(this.env, tasks, restart);
    if (instance !== undefined) return json({ instance });
    return failure(409, INTERNAL, "a run is at work; wait for its end, or send restart", { reason: "busy" });
  }

  async forget({ number }: Body<"forget">): Promise<Response> {
    if (this.redactor || !entriesOf(this.env.ARCHIVE_ADMINS).includes(this.reader.id)) {
      throw new Refused("deleting messages is for the readers that the setting ARCHIVE_ADMINS names");
    }
    return json(await forgetNumber(this.env.ARCHIVE, this.env.ARCHIVE_SECRET, number));
  }

  /** Returns a filter with numbers as the API writes them. A masked reader names shortened numbers, and searches no texts. */
  async #allowed(filter: Filter): Promise<Filter> {
    if (this.redactor && filter.text !== undefined) throw new Refused("this role searches no texts");
    const allowed: Record<string, unknown> = { ...filter };
    for (const name of ["source", "destination", "party"] as const) {
      const number = filter[name];
      if (number === undefined) continue;
      allowed[name] = this.redactor ? await this.redactor.restore(number) : normalizeNumber(number);
      if (allowed[name] === undefined) throw new Refused("this role asks for shortened numbers only");
    }
    return allowed as unknown as Filter;
  }

  async #json(body: object): Promise<Response> {
    return json(await this.#redact(body));
  }

  /** Applies the role to all fields of an answer. */
  async #redact<Value>(value: Value): Promise<Value> {
    const { redactor } = this;
    if (!redactor || typeof value !== "object" || value === null || value instanceof Date) return value;
    if (Array.isArray(value)) return Promise.all(value.map((item) => this.#redact(item))) as Promise<Value>;
    const fields = Object.entries(value).map(async ([name, field]) => {
      if (typeof field !== "string") return [name, await this.#redact(field)];
      if (NUMBERS.includes(name)) return [name, await redactor.shorten(field)];
      if (NUMBERS_WITHIN.includes(name)) return [name, hideNumbers(field)];
      return [name, IMPERSONAL.includes(name) ? field : undefined];
    });
    return Object.fromEntries(await Promise.all(fields));
  }
}

/** Strings in answers that are numbers or names, that may contain numbers, and that say nothing of persons. All others are left out. */
const NUMBERS = ["sourceNumber", "destinationNumber", "sender", "value"];
const NUMBERS_WITHIN = ["errorMessage", "example"];
const IMPERSONAL = ["label", "direction", "rawDirection", "status", "statusId", "cost", "transactionId"];

/** The share of sent messages with a final status that were delivered. `null` without such messages. */
function deliveryRate(sums: readonly Sum[]): number | null {
  let [delivered, failed] = [0, 0];
  for (const { direction, status, count } of sums) {
    if (direction === "out" && status === "success") delivered += count;
    if (direction === "out" && status === "error") failed += count;
  }
  return delivered + failed === 0 ? null : delivered / (delivered + failed);
}
