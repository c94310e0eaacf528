/**
 * The interface between the page and its data. live-source.ts reads the API. Another source reads an archive.
 *
 * A source never returns a partial result. It resolves with the complete answer, or rejects.
 */

/** The words of a message's status. `unknown` combines all other statuses, and messages without a status. */
export type Status = "success" | "error" | "waiting" | "unknown";

export type Direction = "in" | "out";

/** An exact decimal number, such as `"12.0345"`. Sums of money are never JavaScript numbers. */
export type Decimal = string;

/** The messages of a span of time that match all given conditions. */
export interface Filter {
  /** The first and the last second. */
  readonly fromDate: Date;
  readonly toDate: Date;
  readonly direction?: Direction | undefined;
  /** The sender and the recipient, as digits or name. */
  readonly sourceNumber?: string | undefined;
  readonly destinationNumber?: string | undefined;
}

/** A {@link Filter} with conditions that the API does not know. A live source reads all messages of the filter for them. */
export interface MessageFilter extends Filter {
  /** A number or name that is the sender or the recipient. */
  readonly party?: string | undefined;
  readonly status?: Status | undefined;
  /** The number in the API's `Code = N`. `"none"`: failed messages whose error text has no such number. */
  readonly errorCode?: number | "none" | undefined;
  /** Words that occur in the text, the numbers or the error message, without regard to case. */
  readonly text?: string | undefined;
}

export interface Grouping {
  readonly bucket: "hour" | "day";
  /** A name of the IANA database. */
  readonly timeZone: string;
}

/** What the caller of a source observes and controls. */
export interface Call {
  /** Ends the call. It then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  /** Called before a failed request is sent again. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

export interface ReadProgress {
  readonly read: number;
  readonly total: number;
}

export interface Retry {
  readonly delayMs: number;
  /** Whether the API asked to slow down. */
  readonly isRateLimit: boolean;
}

export interface Figures {
  readonly count: number;
  readonly fragments: number;
  readonly cost: Decimal;
}

/** The figures of one direction, with its messages by status. */
export interface DirectionFigures extends Figures {
  readonly statuses: Readonly<Record<Status, number>>;
}

export interface Bucket {
  /** The local time: `2026-03-08T01` or `2026-03-08`. `undefined` combines the messages without a date. */
  readonly label: string | undefined;
  /** The start. It distinguishes the two hours with the same label when the clock is set back. */
  readonly start: Date | undefined;
  readonly sent: DirectionFigures;
  readonly received: DirectionFigures;
}

/** How many messages were delivered, and how many failed. */
export type Outcomes = Pick<Record<Status, number>, "success" | "error">;

export interface TopEntry {
  readonly value: string;
  readonly count: number;
  readonly cost: Decimal;
  /** Known of the senders of sent messages. */
  readonly statuses?: Readonly<Outcomes>;
}

export interface TopList {
  /** Whether no figure is an estimate. */
  readonly exact: boolean;
  /** The number of different values, if the list is exact. */
  readonly different: number;
  /** The most frequent first. Of sent messages, there is every sender. */
  readonly entries: readonly TopEntry[];
}

export interface ErrorEntry {
  /** `undefined`: error texts without a code. */
  readonly code: number | undefined;
  /** One of the error texts, which may quote phone numbers. `undefined`: no error text. */
  readonly example: string | undefined;
  readonly count: number;
}

export interface SenderFigures extends Figures {
  /** `undefined` for messages without a sender. */
  readonly sender: string | undefined;
  readonly statuses: Readonly<Outcomes>;
  /** By month, or by day or hour as {@link Bucket.label}; buckets without messages may be absent. */
  readonly buckets: readonly (Figures & { readonly label: string | undefined })[];
}

/** The figures of a {@link Filter}. All are exact, except top lists that say otherwise. */
export interface Summary {
  readonly sent: DirectionFigures;
  readonly received: DirectionFigures;
  /** The number of messages that are neither sent nor received. No other figure contains them. */
  readonly otherDirections: number;
  /** Oldest first and without gaps, then messages without a date. */
  readonly buckets: readonly Bucket[];
  /** Of sent messages; of received messages if the filter's direction is `in`. */
  readonly senders: TopList;
  readonly recipients: TopList;
  readonly errors: readonly ErrorEntry[];
  /** The figures of sent messages by sender, the most frequent first. */
  readonly bySender: readonly SenderFigures[];
}

/** A message as plain data. */
export interface Message {
  readonly messageId: number | undefined;
  readonly sourceNumber: string | undefined;
  readonly destinationNumber: string | undefined;
  readonly direction: Direction | "unknown" | undefined;
  /** The source's word if the direction is `unknown`. */
  readonly rawDirection: string | undefined;
  readonly fragments: number | undefined;
  readonly cost: number | undefined;
  readonly status: Status | undefined;
  readonly statusId: string | undefined;
  readonly errorMessage: string | undefined;
  readonly processedDate: Date | undefined;
  readonly transactionId: number | undefined;
  readonly text: string | undefined;
}

export interface FoundMessage {
  readonly message: Message;
  /** Whether the API no longer has the message. No list and no figure contains it. */
  readonly isGone: boolean;
}

/** The messages of a filter, newest first, read as far as they are looked at. */
export interface MessageList {
  /** The number of messages. While {@link searched} grows, the number found so far. */
  readonly length: number;
  /** How many messages were compared with conditions that the API does not know. `undefined` without such conditions. */
  readonly searched: ReadProgress | undefined;
  /** The message at an index, or `undefined` while it is read. */
  at(index: number): Message | undefined;
  /** Reads the messages of a range of indexes, if they are not read yet. */
  load(first: number, last: number, call: Call): Promise<void>;
}

export interface ExportOptions {
  readonly format: "csv" | "ndjson";
  readonly delimiter: "," | ";" | "\t";
  readonly byteOrderMark: boolean;
}

/** A file whose last line states that it is complete. */
export interface ExportFile {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly type: string;
  readonly done: Promise<{ readonly rows: number }>;
}

/** From when and until when a source contains every message. `undefined`: it has no such time at the moment. */
export interface Freshness {
  readonly exactFrom: Date | undefined;
  readonly exactUntil: Date | undefined;
}

export interface Source {
  readonly kind: "live" | "archive";
  summarize(filter: Filter, grouping: Grouping, call: Call): Promise<Summary>;
  count(filter: MessageFilter, call: Call): Promise<number>;
  /**
   * Opens a list. It resolves when the first messages are there. With conditions that the API does not know, it resolves when
   * all messages were compared, and meanwhile gives the growing list to `onChange`.
   */
  list(filter: MessageFilter, call: Call, onChange: (list: MessageList) => void): Promise<MessageList>;
  /** Finds a message by its id, at any time. Absent where only the messages of a list are known. */
  message?(id: number, call: Call): Promise<FoundMessage | undefined>;
  export(filter: MessageFilter, options: ExportOptions, call: Call): Promise<ExportFile>;
  /** `undefined` for a source that always contains every message. */
  freshness(call: Call): Promise<Freshness | undefined>;
}
