/** The source that reads the archive: the Worker answers by SQL, so nothing but the answer travels. */
import { sum } from "./decimal.js";
import type {
  Call,
  DirectionFigures,
  ExportFile,
  ExportOptions,
  Figures,
  Filter,
  FoundMessage,
  Freshness,
  Grouping,
  Message,
  MessageFilter,
  MessageList,
  SenderFigures,
  Source,
  Status,
  Summary,
  TopEntry,
  TopList,
} from "./source.js";
import { TOP, topSenders } from "./summary.js";
import { AnswerError, SignedOutError } from "./trouble.js";

/** A request ends after this time, and the page tries again. The Worker reports a database that does not answer after 20 s. */
const TIMEOUT_MS = 22_000;
/** The rows of a request. */
const BLOCK_ROWS = 250;
/** What is exported in one request takes longer than an answer. */
const EXPORT_TIMEOUT_MS = 15 * 60_000;

/** Sums as the Worker sends them. */
interface Sum extends Figures {
  readonly direction: string;
  readonly status: Status;
  readonly sender?: string;
}

interface Sums {
  readonly buckets: readonly {
    readonly label: string;
    readonly start: string;
    readonly sums: readonly Sum[];
  }[];
}

/** A message as the Worker sends it. Absent fields are `undefined`. */
type WireMessage = Omit<Message, "processedDate"> & { readonly processedDate?: string };

export class ArchiveSource implements Source {
  readonly kind = "archive";
  readonly #path: string;

  /** @param path the path of the routes */
  constructor(path: string) {
    this.#path = path;
  }

  async summarize(filter: Filter, grouping: Grouping, call: Call): Promise<Summary> {
    const { bucket: unit, timeZone } = grouping;
    const main = { ...filter, direction: filter.direction ?? "out" };
    const top = async (by: string, limit = TOP) => {
      const { entries } = await this.#answer<{ entries: never[] }>("top", { filter: main, by, limit }, call);
      return entries;
    };
    const list = (entries: readonly (TopEntry & { different: number })[]): TopList => ({
      ...{ exact: true, different: entries[0]?.different ?? 0, entries },
    });
    const isReceived = filter.direction === "in";
    const [{ buckets }, monthly, receivedFrom, recipients, errors] = await Promise.all([
      this.#answer<Sums>("sums", { filter, unit, timeZone }, call),
      // By month: a year of days and senders would be ten times as much to load.
      this.#answer<Sums>("sums", { filter, unit: "month", timeZone, bySender: true }, call),
      isReceived ? top("senders") : [],
      top("recipients"),
      top("errorCodes", 1000),
    ]);
    const sums = buckets.flatMap((bucket) => bucket.sums);
    const bySender = sendersOf(monthly.buckets);
    return {
      sent: figuresOf(sums, "out"),
      received: figuresOf(sums, "in"),
      otherDirections: totalOf(sums.filter(({ direction }) => direction !== "out" && direction !== "in"))
        .count,
      buckets: buckets.map(({ label, start, sums: own }) => ({
        ...{ label, start: new Date(start), sent: figuresOf(own, "out"), received: figuresOf(own, "in") },
      })),
      senders: isReceived ? list(receivedFrom) : topSenders(bySender),
      recipients: list(recipients),
      errors: errors.map(
        ({ code, example, count }: { code: number | null; example: string | null; count: number }) => ({
          ...{ code: code ?? undefined, example: example ?? undefined, count },
        }),
      ),
      bySender,
    };
  }

  async count(filter: MessageFilter, call: Call): Promise<number> {
    return (await this.#answer<{ count: number }>("count", { filter }, call)).count;
  }

  async list(filter: MessageFilter, call: Call): Promise<MessageList> {
    const list = new ArchiveList(
      (offset, next) => this.#block(filter, offset, next),
      await this.count(filter, call),
    );
    await list.load(0, BLOCK_ROWS - 1, call);
    return list;
  }

  async message(id: number, call: Call): Promise<FoundMessage | undefined> {
    try {
      const { message, goneAt } = await this.#answer<{ message: WireMessage; goneAt: string | null }>(
        "message",
        { id },
        call,
      );
      return { message: fromWire(message), isGone: goneAt !== null };
    } catch (error) {
      if (error instanceof AnswerError && error.httpStatus === 404) return undefined;
      throw error;
    }
  }

  async export(filter: MessageFilter, options: ExportOptions, call: Call): Promise<ExportFile> {
    const total = await this.count(filter, call);
    const response = await this.#request("export", { filter, ...options }, call, EXPORT_TIMEOUT_MS);
    const { stream, done } = counted(
      response.body as ReadableStream<Uint8Array<ArrayBuffer>>,
      (read) => call.onProgress?.({ read, total }),
      (error) => cutOff("export", call, error),
    );
    return { body: stream, type: response.headers.get("Content-Type") ?? "", done };
  }

  async freshness(call: Call): Promise<Freshness | undefined> {
    const found = await this.#answer<Record<keyof Freshness, string | null>>("freshness", undefined, call);
    const date = (text: string | null) => (text === null ? undefined : new Date(text));
    return { exactFrom: date(found.exactFrom), exactUntil: date(found.exactUntil) };
  }

  async #block(filter: MessageFilter, offset: number, call: Call): Promise<Message[]> {
    const body = { filter, limit: BLOCK_ROWS, offset };
    const { messages } = await this.#answer<{ messages: WireMessage[] }>("messages", body, call);
    return messages.map(fromWire);
  }

  async #answer<Answer>(route: string, body: object | undefined, call: Call): Promise<Answer> {
    const response = await this.#request(route, body, call, TIMEOUT_MS);
    return response.json().catch((error: unknown) => Promise.reject(cutOff(route, call, error)));
  }

  async #request(route: string, body: object | undefined, call: Call, timeoutMs: number): Promise<Response> {
    const response = await fetch(`${this.#path}/${route}`, {
      method: body ? "POST" : "GET",
      ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
      // A sign-in service that answers in place of the Worker is recognized by its redirect.
      redirect: "manual",
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(timeoutMs)]),
    }).catch((error: unknown) => Promise.reject(cutOff(route, call, error)));
    const { status, ok, type } = response;
    if (type === "opaqueredirect" || status === 401) throw new SignedOutError();
    if (ok) return response;
    const { error } = (await response.json().catch(() => ({}))) as { error?: { msg?: string } };
    const trouble = status === 403 ? "forbidden" : status >= 500 ? "archive" : "refused";
    throw new AnswerError(error?.msg ?? `/${route}: HTTP ${status}`, trouble, status);
  }
}

/** Returns the error of a response that did not arrive, or not completely. Throws if its caller ended the request. */
function cutOff(route: string, { signal }: Call, error: unknown): AnswerError {
  signal.throwIfAborted();
  const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
  return new AnswerError(
    `/${route}: no complete answer`,
    isTimeout ? "timeout" : navigator.onLine ? "network" : "offline",
  );
}

function fromWire({ processedDate, ...message }: WireMessage): Message {
  return { ...message, processedDate: processedDate === undefined ? undefined : new Date(processedDate) };
}

/** A list whose blocks are read when they come into sight. */
class ArchiveList implements MessageList {
  readonly searched = undefined;
  readonly length: number;
  readonly #blocks = new Map<number, readonly Message[]>();
  readonly #pending = new Map<number, Promise<void>>();
  readonly #read: (offset: number, call: Call) => Promise<Message[]>;

  constructor(read: (offset: number, call: Call) => Promise<Message[]>, length: number) {
    this.#read = read;
    this.length = length;
  }

  at(index: number): Message | undefined {
    return this.#blocks.get(Math.floor(index / BLOCK_ROWS))?.[index % BLOCK_ROWS];
  }

  async load(first: number, last: number, call: Call): Promise<void> {
    const end = Math.floor(Math.min(last, this.length - 1) / BLOCK_ROWS);
    const blocks: Promise<void>[] = [];
    for (let block = Math.floor(first / BLOCK_ROWS); block <= end; block += 1)
      blocks.push(this.#load(block, call));
    await Promise.all(blocks);
  }

  async #load(block: number, call: Call): Promise<void> {
    if (this.#blocks.has(block)) return;
    const pending =
      this.#pending.get(block) ??
      this.#read(block * BLOCK_ROWS, call)
        .then((messages) => {
          this.#blocks.set(block, messages);
        })
        .finally(() => this.#pending.delete(block));
    this.#pending.set(block, pending);
    await pending;
  }
}

function totalOf(sums: readonly Figures[]): Figures {
  return {
    count: sums.reduce((total, { count }) => total + count, 0),
    fragments: sums.reduce((total, { fragments }) => total + fragments, 0),
    cost: sum(sums.map(({ cost }) => cost)),
  };
}

function figuresOf(sums: readonly Sum[], direction: "in" | "out"): DirectionFigures {
  const own = sums.filter((one) => one.direction === direction);
  const of = (status: Status) => totalOf(own.filter((one) => one.status === status)).count;
  const statuses = {
    success: of("success"),
    error: of("error"),
    waiting: of("waiting"),
    unknown: of("unknown"),
  };
  return { ...totalOf(own), statuses };
}

/** The figures of sent messages by sender, the most frequent first. */
function sendersOf(buckets: Sums["buckets"]): SenderFigures[] {
  const bySender = new Map<string | undefined, { label: string; sums: Sum[] }[]>();
  for (const { label, sums } of buckets) {
    for (const one of sums) {
      if (one.direction !== "out") continue;
      const own = bySender.get(one.sender) ?? [];
      const last = own.at(-1);
      if (last?.label === label) last.sums.push(one);
      else own.push({ label, sums: [one] });
      bySender.set(one.sender, own);
    }
  }
  return [...bySender]
    .map(([sender, own]) => ({
      ...{
        sender,
        ...figuresOf(
          own.flatMap(({ sums }) => sums),
          "out",
        ),
      },
      buckets: own.map(({ label, sums }) => ({ label, ...totalOf(sums) })),
    }))
    .sort((one, other) => other.count - one.count || ((one.sender ?? "") < (other.sender ?? "") ? -1 : 1));
}

/** The last line of a complete file, in both formats. No message can produce it, see `Exporter::finish` in src/export. */
const TRAILER = /(?:^|\n)(?:"# complete: (\d{1,16}) rows"\r|\{"complete":true,"rows":(\d{1,16})\})\n$/;
const TAIL_BYTES = 200;
const NEW_LINE = 10;

/** Returns the rows that a file's last line states. Throws if there is no such line. */
function rowsOf(tail: Uint8Array): number {
  const [, csv, ndjson] = TRAILER.exec(new TextDecoder().decode(tail)) ?? [];
  const rows = Number(csv ?? ndjson);
  if (Number.isNaN(rows)) throw new AnswerError("the file is incomplete; export it again", "incomplete");
  return rows;
}

/** Passes a file on, counts its lines, and checks its last one. `explained` returns the error of a body that is cut off. */
function counted(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLines: (lines: number) => void,
  explained: (error: unknown) => AnswerError,
) {
  let lines = 0;
  let tail = new Uint8Array();
  let finish: (result: { rows: number }) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const done = new Promise<{ rows: number }>((resolve, reject) => {
    [finish, fail] = [resolve, reject];
  });
  done.catch(() => {});
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done: isDone, value } = await reader
          .read()
          .catch((error: unknown) => Promise.reject(explained(error)));
        if (isDone) {
          finish({ rows: rowsOf(tail) });
          return controller.close();
        }
        for (const byte of value) if (byte === NEW_LINE) lines += 1;
        tail = new Uint8Array([...tail, ...value.subarray(-TAIL_BYTES)].slice(-TAIL_BYTES));
        onLines(lines);
        controller.enqueue(value);
      } catch (error) {
        fail(error);
        controller.error(error);
      }
    },
    cancel(reason) {
      fail(reason);
      return reader.cancel(reason);
    },
  });
  return { stream, done };
}
