/** The lists of a live source: pages by offset where the API can filter and sorts by time, otherwise everything that was read. */
import type { HistoryQuery, SmsHistoryClient } from "voximplant-sms-history";
import { errorCodeOf } from "../error-code.js";
import { isPhoneNumber } from "../phone-number.js";
import type { Call, Message, MessageFilter, MessageList, ReadProgress } from "./source.js";

/** The rows of a request. A request of fewer rows is hardly faster, and scrolling needs more requests. */
const BLOCK_ROWS = 250;
/** Blocks that are read before they are in sight. */
const AHEAD = 2;
/** A new count of the same span means that rows have moved. The list then starts again, at most this often. */
const MAX_RESTARTS = 3;
/** The time between two reports of a list that grows. */
const REPORT_MS = 250;

/** A query with both ends. */
export type Span = HistoryQuery & { readonly fromDate: Date; readonly toDate: Date };

/** Whether a filter has conditions that the API does not know. */
export function isOnlyFiltered({ party, status, errorCode, text }: MessageFilter): boolean {
  return party !== undefined || status !== undefined || errorCode !== undefined || text !== undefined;
}

/** What a list needs if the API's order turns out not to be one of time. */
export interface Fallback {
  /** Opens a list that does not depend on the API's order. */
  open(call: Call): Promise<MessageList>;
  /** Called when the list has got other rows by it. */
  onChange(list: MessageList): void;
}

/**
 * A list that reads blocks of rows when they come into sight. Its span ends in the past, so offsets are stable.
 *
 * The API documents no order. Blocks are compared with each other, and the API counts the messages that are newer than those
 * of a block. If either contradicts an order by time, the fallback takes over.
 */
export class OffsetList implements MessageList {
  readonly searched = undefined;
  readonly #client: SmsHistoryClient;
  readonly #query: Span;
  readonly #fallback: Fallback;
  /** In place of the blocks. */
  #other: MessageList | undefined;
  #opening: Promise<void> | undefined;
  #length = 0;
  /** Rows by block of the API's order, each newest first. */
  readonly #blocks = new Map<number, readonly Message[]>();
  readonly #pending = new Map<number, Promise<void>>();
  /** The reads of the rows that came into sight last. */
  #lastInSight: Promise<void>[] = [];
  /** The indexes that came into sight last. */
  #inSight: [first: number, last: number] = [0, 0];
  readonly #confirmed = new Set<number>();
  #isOldestFirst = false;
  #restarts = 0;

  private constructor(client: SmsHistoryClient, query: Span, fallback: Fallback) {
    this.#client = client;
    this.#query = query;
    this.#fallback = fallback;
  }

  /** Reads the first rows. */
  static async open(
    client: SmsHistoryClient,
    query: Span,
    call: Call,
    fallback: Fallback,
  ): Promise<MessageList> {
    const list = new OffsetList(client, query, fallback);
    const rows = await list.#fetch(0, call);
    if (list.length > rows.length) {
      const order = orderOf(rows);
      if (order === "none") return fallback.open(call);
      list.#isOldestFirst = order === "oldest_first";
    }
    list.#blocks.set(0, newestFirst(rows));
    await list.load(0, BLOCK_ROWS, call);
    return list;
  }

  get length(): number {
    return this.#other?.length ?? this.#length;
  }

  at(index: number): Message | undefined {
    if (this.#other) return this.#other.at(index);
    if (!this.#isOldestFirst) return this.#blocks.get(blockOf(index))?.[index % BLOCK_ROWS];
    const position = this.length - 1 - index;
    const block = this.#blocks.get(blockOf(position));
    return block?.[block.length - 1 - (position % BLOCK_ROWS)];
  }

  async load(first: number, last: number, call: Call): Promise<void> {
    this.#inSight = [first, last];
    if (this.#other) return this.#other.load(first, last, call);
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
    if (!this.#isOrdered()) return this.#openFallback(call);
    // Only now, because these requests would slow down those of rows in sight. And not after the reader has gone on.
    if (this.#lastInSight !== inSight) return;
    // Not awaited. A failure is reported when these rows come into sight.
    for (let step = 1; step <= AHEAD; step += 1) {
      for (const block of [one - step, other + step]) this.#loadBlock(block, lastBlock, call).catch(() => {});
    }
    for (let block = one; block <= other; block += 1) this.#confirm(block, call).catch(() => {});
  }

  /** Whether no row of a block is newer than a row of a block before it. */
  #isOrdered(): boolean {
    const blocks = [...this.#blocks].sort(([one], [other]) =>
      this.#isOldestFirst ? other - one : one - other,
    );
    const hasDate = ({ processedDate }: Message) => processedDate !== undefined;
    const ends = blocks.flatMap(([, rows]) =>
      [rows.find(hasDate) ?? [], [...rows].reverse().find(hasDate) ?? []].flat(),
    );
    return isFalling(timesOf(ends));
  }

  /** Compares a block with the API's count of the messages that are newer than its oldest one. */
  async #confirm(block: number, call: Call): Promise<void> {
    const rows = this.#blocks.get(block) ?? [];
    const times = timesOf(rows);
    const oldest = times.at(-1);
    const { length } = this;
    if (oldest === undefined || this.#confirmed.has(block) || rows.length === length) return;
    const start = block * BLOCK_ROWS;
    const before = this.#isOldestFirst ? length - start - rows.length : start;
    const newer = before + times.filter((time) => time > oldest).length;
    const fromDate = new Date(oldest + 1000);
    if (fromDate > this.#query.toDate) return;
    this.#confirmed.add(block);
    try {
      const query = { ...this.#query, fromDate, count: 1 };
      const { totalCount: count = newer } = await this.#client.getSmsHistory(query, { signal: call.signal });
      // The API knows the times of messages whose date it does not send, or counts them nowhere.
      const undated = rows.length - times.length;
      const isConfirmed = newer <= count && count <= newer + undated;
      if (!isConfirmed && length === this.length) await this.#openFallback(call);
    } catch (error) {
      this.#confirmed.delete(block);
      throw error;
    }
  }

  #openFallback(call: Call): Promise<void> {
    this.#opening ??= this.#fallback
      .open(call)
      .then(async (other) => {
        await other.load(...this.#inSight, call);
        this.#other = other;
        this.#blocks.clear();
        this.#fallback.onChange(this);
      })
      .finally(() => {
        this.#opening = undefined;
      });
    return this.#opening;
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
    if (total !== this.#length) {
      const isFirst = this.#length === 0 && this.#blocks.size === 0;
      if (!isFirst && this.#restarts < MAX_RESTARTS) {
        this.#restarts += 1;
        this.#blocks.clear();
        this.#confirmed.clear();
      }
      this.#length = total;
    }
    return page.toArray();
  }
}

function blockOf(index: number): number {
  return Math.floor(index / BLOCK_ROWS);
}

/** The order of the API's rows by time. */
function orderOf(rows: readonly Message[]): "newest_first" | "oldest_first" | "none" {
  const times = timesOf(rows);
  if (isFalling(times)) return "newest_first";
  return isFalling(times.reverse()) ? "oldest_first" : "none";
}

function timesOf(rows: readonly Message[]): number[] {
  return rows.flatMap(({ processedDate }) => (processedDate ? [processedDate.getTime()] : []));
}

function isFalling(times: readonly number[]): boolean {
  return times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time));
}

/** Sorts rows of the API's order. A row without a date stays beside the row before it. */
export function newestFirst(rows: readonly Message[]): Message[] {
  let time = rows.find(({ processedDate }) => processedDate)?.processedDate?.getTime() ?? 0;
  const keyed = rows.map((message, index) => {
    time = message.processedDate?.getTime() ?? time;
    return { message, index, time };
  });
  const byIndex = (keyed[0]?.time ?? 0) < (keyed.at(-1)?.time ?? 0) ? -1 : 1;
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
    // The first page at once.
    let reported = -REPORT_MS;
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
      const code = errorCodeOf(message.errorMessage);
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

function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
