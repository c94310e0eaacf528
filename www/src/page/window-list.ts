/** The list of a live source for an API whose order is not one of time. */
import type { HistorySpan, SmsHistoryClient } from "voximplant-sms-history";
import { newestFirst, type Span } from "./message-list.js";
import type { Call, Message, MessageList } from "./source.js";

/** The rows of a window. Fewer rows would need more counts before the first row is there. */
const WINDOW_ROWS = 10_000;
/** A window is read before it is in sight, if it begins within so many rows. */
const AHEAD_ROWS = 500;

interface Window {
  readonly span: HistorySpan;
  /** The number of rows, as counted or as read. */
  count: number;
  rows: readonly Message[] | undefined;
  pending: Promise<void> | undefined;
}

/**
 * A list of windows of time, the newest first. A window is read and sorted as a whole when it comes into sight, so the whole
 * list is sorted for every order of the API.
 */
export class WindowList implements MessageList {
  readonly searched = undefined;
  readonly #client: SmsHistoryClient;
  readonly #query: Span;
  readonly #windows: readonly Window[];

  private constructor(client: SmsHistoryClient, query: Span, spans: readonly HistorySpan[]) {
    this.#client = client;
    this.#query = query;
    const windows = spans.map((span) => ({ span, count: span.count, rows: undefined, pending: undefined }));
    this.#windows = windows.reverse();
  }

  /**
   * Counts the messages of the windows, and reads the first one. Rejects with kind `incomplete` if the API counts messages
   * without a date in every span of time.
   */
  static async open(client: SmsHistoryClient, query: Span, call: Call): Promise<WindowList> {
    const spans = await client.spans(query, { maxMessages: WINDOW_ROWS, signal: call.signal });
    const list = new WindowList(client, query, spans);
    await list.load(0, 0, call);
    return list;
  }

  get length(): number {
    return this.#windows.reduce((sum, { count }) => sum + count, 0);
  }

  at(index: number): Message | undefined {
    let rest = index;
    for (const { count, rows } of this.#windows) {
      if (rest < count) return rows?.[rest];
      rest -= count;
    }
    return undefined;
  }

  async load(first: number, last: number, call: Call): Promise<void> {
    await Promise.all(this.#between(first, last).map((window) => this.#read(window, call)));
    // Not awaited. A failure is reported when these rows come into sight.
    for (const window of this.#between(first - AHEAD_ROWS, last + AHEAD_ROWS))
      this.#read(window, call).catch(() => {});
  }

  /** The windows with rows of a range of indexes. */
  #between(first: number, last: number): Window[] {
    let begin = 0;
    return this.#windows.filter(({ count }) => {
      const end = begin + count;
      const isBetween = begin <= last && first < end;
      begin = end;
      return isBetween;
    });
  }

  async #read(window: Window, { signal, onProgress }: Call): Promise<void> {
    if (window.rows) return;
    const read = async () => {
      const { fromDate, toDate } = window.span;
      const rows: Message[] = [];
      const options = onProgress ? { signal, onProgress } : { signal };
      for await (const page of this.#client.pages({ ...this.#query, fromDate, toDate }, options))
        rows.push(...page);
      window.rows = newestFirst(rows);
      window.count = rows.length;
    };
    window.pending ??= read().finally(() => {
      window.pending = undefined;
    });
    return window.pending;
  }
}
