/** The lists of a live source: pages by offset where the API can filter, otherwise everything that was read. */
import type { HistoryQuery, SmsHistoryClient } from "voximplant-sms-history";
import type { Call, Message, MessageFilter, MessageList, ReadProgress } from "./source.js";

/** The rows of a request. A request of fewer rows is hardly faster, and scrolling needs more requests. */
const BLOCK_ROWS = 250;
/** Blocks that are read before they are in sight. */
const AHEAD = 2;
/** Messages may be processed later than others with larger ids. Beyond that, the API's order is not one of time. */
const DISORDER_MS = 10 * 60_000;
/** A new count of the same span means that rows have moved. The list then starts again, at most this often. */
const MAX_RESTARTS = 3;
/** The time between two reports of a list that grows. */
const REPORT_MS = 250;

/** Whether a filter has conditions that the API does not know. */
export function isOnlyFiltered({ party, status, errorCode, text }: MessageFilter): boolean {
  return party !== undefined || status !== undefined || errorCode !== undefined || text !== undefined;
}

/** A list that reads blocks of rows when they come into sight. Its span ends in the past, so offsets are stable. */
export class OffsetList implements MessageList {
  length = 0;
  readonly searched = undefined;
  readonly #client: SmsHistoryClient;
  readonly #query: HistoryQuery;
  /** Rows by block of the API's order, each newest first. */
  readonly #blocks = new Map<number, readonly Message[]>();
  readonly #pending = new Map<number, Promise<void>>();
  /** The reads of the rows that came into sight last. */
  #lastInSight: Promise<void>[] = [];
  #isOldestFirst = false;
  #restarts = 0;

  private constructor(client: SmsHistoryClient, query: HistoryQuery) {
    this.#client = client;
    this.#query = query;
  }

  /** Reads the first rows. Returns `undefined` if the API's order is not one of time. */
  static async open(
    client: SmsHistoryClient,
    query: HistoryQuery,
    call: Call,
  ): Promise<OffsetList | undefined> {
    const list = new OffsetList(client, query);
    const rows = await list.#fetch(0, call);
    if (list.length > rows.length) {
      const order = orderOf(rows);
      if (order === "none") return undefined;
      list.#isOldestFirst = order === "oldest_first";
    }
    list.#blocks.set(0, newestFirst(rows));
    await list.load(0, BLOCK_ROWS, call);
    return list;
  }

  at(index: number): Message | undefined {
    if (!this.#isOldestFirst) return this.#blocks.get(blockOf(index))?.[index % BLOCK_ROWS];
    const position = this.length - 1 - index;
    const block = this.#blocks.get(blockOf(position));
    return block?.[block.length - 1 - (position % BLOCK_ROWS)];
  }

  async load(first: number, last: number, call: Call): Promise<void> {
    const position = (index: number) => (this.#isOldestFirst ? this.length - 1 - index : index);
    const [one, other] = [blockOf(position(first)), blockOf(position(last))].sort((a, b) => a - b) as [
      number,
      number,
    ];
    const lastBlock = blockOf(this.length - 1);
    const inSight: Promise<void>[] = [];
    this.#lastInSight = inSight;
    for (let block = one; block <= other; block += 1) inSight.push(this.#loadBlock(block, lastBlock, call));
    await Promise.all(inSight);
    // Only now, because these requests would slow down those of rows in sight. And not after the reader has gone on.
    if (this.#lastInSight !== inSight) return;
    // Not awaited. A failure is reported when these rows come into sight.
    for (let step = 1; step <= AHEAD; step += 1) {
      for (const block of [one - step, other + step]) this.#loadBlock(block, lastBlock, call).catch(() => {});
    }
  }

  async #loadBlock(block: number, lastBlock: number, call: Call): Promise<void> {
    if (block < 0 || block > lastBlock || this.#blocks.has(block)) return;
    const pending = this.#pending.get(block);
    if (pending) return pending;
    const loading = this.#fetch(block, call).then((rows) => {
      this.#blocks.set(block, newestFirst(rows));
    });
    this.#pending.set(block, loading);
    return loading.finally(() => this.#pending.delete(block));
  }

  async #fetch(block: number, { signal }: Call): Promise<Message[]> {
    const query = { ...this.#query, offset: block * BLOCK_ROWS, count: BLOCK_ROWS };
    const page = await this.#client.getSmsHistory(query, { signal });
    const total = page.totalCount ?? page.length;
    if (total !== this.length) {
      const isFirst = this.length === 0 && this.#blocks.size === 0;
      if (!isFirst && this.#restarts < MAX_RESTARTS) {
        this.#restarts += 1;
        this.#blocks.clear();
      }
      this.length = total;
    }
    return page.toArray();
  }
}

function blockOf(index: number): number {
  return Math.floor(index / BLOCK_ROWS);
}

/** The order of the API's rows: by time, but for some disorder, or none. */
function orderOf(rows: readonly Message[]): "newest_first" | "oldest_first" | "none" {
  const times = rows.flatMap(({ processedDate }) => (processedDate ? [processedDate.getTime()] : []));
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  if (steps.every((step) => step <= DISORDER_MS)) return "newest_first";
  if (steps.every((step) => step >= -DISORDER_MS)) return "oldest_first";
  return "none";
}

/** Sorts rows of the API's order. A row without a date stays beside the row before it. */
function newestFirst(rows: readonly Message[]): Message[] {
  let time = rows.find(({ processedDate }) => processedDate)?.processedDate?.getTime() ?? 0;
  const keyed = rows.map((message, index) => {
    time = message.processedDate?.getTime() ?? time;
    return { message, index, time };
  });
  const isOldestFirst = orderOf(rows) === "oldest_first" && (keyed[0]?.time ?? 0) < (keyed.at(-1)?.time ?? 0);
  const byIndex = isOldestFirst ? -1 : 1;
  keyed.sort((one, other) => other.time - one.time || byIndex * (one.index - other.index));
  return keyed.map(({ message }) => message);
}

/** A list of all messages that match. It grows while the history is read. */
export class FilteredList implements MessageList {
  messages: Message[] = [];
  searched: ReadProgress = { read: 0, total: 0 };
  readonly #matches: (message: Message) => boolean;

  constructor(filter: MessageFilter) {
    this.#matches = matcher(filter);
  }

  get length(): number {
    return this.messages.length;
  }

  at(index: number): Message | undefined {
    return this.messages[index];
  }

  async load(): Promise<void> {}

  /** Reads histories one after the other, and keeps the messages that match, each once. */
  async read(
    client: SmsHistoryClient,
    queries: HistoryQuery[],
    call: Call,
    onChange: () => void,
  ): Promise<void> {
    const { signal } = call;
    const counts = await Promise.all(queries.map((query) => client.count(query, { signal })));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const ids = new Set<number>();
    let read = 0;
    let reported = 0;
    for (const query of queries) {
      for await (const page of client.pages(query, { signal })) {
        for (const message of page) {
          // A message to its own sender is in both histories.
          const { messageId } = message;
          if (messageId !== undefined && queries.length > 1) {
            if (ids.has(messageId)) continue;
            ids.add(messageId);
          }
          if (this.#matches(message)) this.messages.push(message);
        }
        read += page.length;
        this.searched = { read, total: Math.max(total, read) };
        if (performance.now() - reported < REPORT_MS) continue;
        this.messages = newestFirst(this.messages);
        onChange();
        reported = performance.now();
        // Lets the browser draw.
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
    this.searched = { read, total: read };
    this.messages = newestFirst(this.messages);
  }
}

/** The conditions that the API does not know. A party is in the queries. */
function matcher({ status, errorCode, text }: MessageFilter): (message: Message) => boolean {
  const isFound = text === undefined ? () => true : finder(text);
  return (message) => {
    if (status !== undefined && (message.status ?? "unknown") !== status) return false;
    if (errorCode !== undefined) {
      const code = codeOf(message.errorMessage);
      if (message.status !== "error" || code !== (errorCode === "none" ? undefined : errorCode)) return false;
    }
    return isFound(message);
  };
}

/**
 * Returns whether a message has all words of a search in its text, numbers, error or id, without regard to case and accents. It finds
 * everything that the archive's index of whole words finds, and parts of words.
 */
function finder(search: string): (message: Message) => boolean {
  // Without the signs around a word, as in the archive.
  const word = (part: string) => part.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
  const words = folded(search).split(/\s+/).map(word).filter(Boolean);
  const number = isPhoneNumber(search) ? search.replace(/\D/g, "") : undefined;
  return ({ text, sourceNumber, destinationNumber, errorMessage, messageId }) => {
    const found = folded([text, sourceNumber, destinationNumber, errorMessage, messageId].join("\n"));
    if (number !== undefined) return found.includes(number) || found.includes(search.trim());
    return words.length > 0 && words.every((word) => found.includes(word));
  };
}

/** Whether a search is a phone number as people write it. In a message, that is one word. */
function isPhoneNumber(search: string): boolean {
  return /^[+\d\s().-]+$/.test(search) && /(\d\D*){7}/.test(search);
}

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The number in the API's `Code = N` at the end of an error text, as summaries read it. */
export function codeOf(errorText: string | undefined): number | undefined {
  const [, code] = /code\s*=\s*(\d+)[\s\p{P}]*$/iu.exec(errorText ?? "") ?? [];
  return code === undefined ? undefined : Number(code);
}
