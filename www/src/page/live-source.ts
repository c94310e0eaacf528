/** The source that reads the API: through the Worker's relay, or in direct mode with the Worker's tokens. */
import {
  type HistoryQuery,
  RateLimiter,
  SmsHistoryClient,
  type SmsHistoryClientOptions,
  SmsHistoryError,
  type SmsHistoryEvent,
} from "voximplant-sms-history";
import type { RequestedPart, ServedPart } from "../served-history.js";
import { startOf } from "../zone.js";
import type { FilteredList, Span } from "./message-list.js";
import { BEGINNING } from "./period.js";
import type { Settings } from "./settings.js";
import type {
  Call,
  ExportOptions,
  Filter,
  Grouping,
  Message,
  MessageFilter,
  MessageList,
  ReadProgress,
  Source,
  Summary,
} from "./source.js";
import { ALL_VALUES, summaryOf } from "./summary.js";
import { SignedOutError } from "./trouble.js";

// Not for the first view: the lists load with the view of messages, and the history of an export with the export.
const loadLists = () => import("./message-list.js");
const loadWindows = () => import("./window-list.js");
const loadExport = () => import("../served-history.js");

/** An attempt ends after this time, and is then repeated. The reader sees that. */
const ATTEMPT_TIMEOUT_MS = 20_000;
/** A call ends after this time. It is longer than the longest pause that the API may ask for. */
const TIMEOUT_MS = 90_000;
/** Browsers open six connections to a server. */
const MAX_IN_FLIGHT = 6;

export class LiveSource implements Source {
  readonly kind = "live";
  readonly #settings: Settings;
  readonly #limiter = new RateLimiter({ maxInFlight: MAX_IN_FLIGHT });

  constructor(settings: Settings) {
    this.#settings = settings;
    // A client in a page loads the WebAssembly. So it loads while the first view is drawn.
    this.#client();
  }

  async summarize(filter: Filter, grouping: Grouping, call: Call): Promise<Summary> {
    // Without a beginning, the buckets of all time begin with the first message, not in 1970.
    const isAll = filter.fromDate <= startOf(BEGINNING, grouping.timeZone);
    const query = isAll ? { ...queryOf(filter), fromDate: undefined } : queryOf(filter);
    const directions = filter.direction ? [filter.direction] : (["out", "in"] as const);
    const progress = combined(directions.length, call);
    const client = this.#client(call);
    const options = { ...grouping, signal: call.signal, emptyBuckets: true, top: ALL_VALUES };
    const [all, summaries] = await Promise.all([
      filter.direction ? undefined : client.count(query, { signal: call.signal }),
      Promise.all(
        directions.map((direction, index) => {
          const by = direction === "out" ? ({ by: "sourceNumber" } as const) : {};
          const onProgress = progress[index];
          return client.summarize({ ...query, direction }, { ...options, ...by, onProgress });
        }),
      ),
    ]);
    const of = (direction: "in" | "out") => summaries[directions.indexOf(direction as never)];
    return summaryOf(of("out"), of("in"), all);
  }

  async count(filter: MessageFilter, call: Call): Promise<number> {
    const { isOnlyFiltered } = await loadLists();
    if (isOnlyFiltered(filter)) return (await this.#readAll(filter, call)).length;
    return this.#client(call).count(queryOf(filter), { signal: call.signal });
  }

  async list(filter: MessageFilter, call: Call, onChange: (list: MessageList) => void): Promise<MessageList> {
    const [{ isOnlyFiltered, OffsetList }, { WindowList }] = await Promise.all([loadLists(), loadWindows()]);
    if (isOnlyFiltered(filter)) return this.#readAll(filter, call, onChange);
    const client = this.#client(call);
    const query = queryOf(filter);
    const open = (call: Call): Promise<MessageList> =>
      WindowList.open(client, query, call).catch((error: unknown) => {
        if (error instanceof SmsHistoryError && error.kind === "incomplete")
          return this.#readAll(filter, call, onChange);
        throw error;
      });
    return OffsetList.open(client, query, call, { open, onChange });
  }

  async export(filter: MessageFilter, options: ExportOptions, call: Call) {
    const all = { ...options, trailer: true, signal: call.signal };
    const onProgress = call.onProgress;
    const { isOnlyFiltered } = await loadLists();
    if (!isOnlyFiltered(filter)) {
      return this.#client(call).openExport(queryOf(filter), onProgress ? { ...all, onProgress } : all);
    }
    // The API does not know these conditions. The page reads and filters the history, and exports the rest as above.
    const { serveHistory } = await loadExport();
    const list = await this.#readAll(filter, call, ({ searched }) => onProgress?.(searched));
    const client = new SmsHistoryClient({
      token: "none",
      fetch: serveHistory((part) => partOf(list.messages, part)),
    });
    return client.openExport({}, all);
  }

  async freshness(): Promise<undefined> {
    return undefined;
  }

  /** Reads all messages that may match, and keeps those that do. */
  async #readAll(filter: MessageFilter, call: Call, onChange?: (list: FilteredList) => void) {
    const { FilteredList } = await loadLists();
    const list = new FilteredList(filter);
    await list.read(this.#client(call), queriesOf(filter), call, () => onChange?.(list));
    return list;
  }

  /** Creates a client for a call, whose events it passes on. All clients share the WebAssembly and the limiter. */
  #client(call?: Call): SmsHistoryClient {
    const onEvent = (event: SmsHistoryEvent) => {
      if (event.type !== "retry") return;
      call?.onRetry?.({ delayMs: event.delayMs, isRateLimit: event.kind === "rate_limited" });
    };
    const common: Pick<SmsHistoryClientOptions, "limiter" | "timeoutMs" | "attemptTimeoutMs" | "onEvent"> = {
      limiter: this.#limiter,
      timeoutMs: TIMEOUT_MS,
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      onEvent,
    };
    const { direct, relay } = this.#settings;
    return new SmsHistoryClient(
      direct ? { ...common, baseUrl: direct.baseUrl, token: fetchToken } : { ...common, relay },
    );
  }
}

async function fetchToken(): Promise<string> {
  // Without following redirects, a sign-in service that answers in place of the Worker is recognized.
  const signal = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  const response = await fetch("/token", { method: "POST", redirect: "manual", signal });
  if (response.type === "opaqueredirect" || response.status === 401) throw new SignedOutError();
  const { token } = (await response.json()) as { token?: unknown };
  if (!response.ok || typeof token !== "string") throw new Error(`/token: HTTP ${response.status}`);
  return token;
}

function queryOf({ fromDate, toDate, direction, sourceNumber, destinationNumber }: Filter): Span {
  return { fromDate, toDate, direction, sourceNumber, destinationNumber };
}

/** The queries that together contain every message of a filter. */
function queriesOf(filter: MessageFilter): HistoryQuery[] {
  const query = queryOf(filter);
  const { party } = filter;
  if (party === undefined) return [query];
  return [
    ...(query.sourceNumber === undefined ? [{ ...query, sourceNumber: party }] : []),
    ...(query.destinationNumber === undefined ? [{ ...query, destinationNumber: party }] : []),
  ];
}

/** Returns what a request asks for of messages in memory. A message without a date is in every span. */
function partOf(messages: readonly Message[], { from, to, offset, count }: RequestedPart): ServedPart {
  const found = messages.filter(({ processedDate: date }) => !date || (from <= +date && +date <= to));
  return { messages: found.slice(offset, offset + count), total: found.length };
}

/** Sums the progress of calls that run at the same time. */
function combined(calls: number, { onProgress }: Call): ((progress: ReadProgress) => void)[] {
  const parts: ReadProgress[] = Array.from({ length: calls }, () => ({ read: 0, total: 0 }));
  return parts.map((_, index) => (progress) => {
    parts[index] = progress;
    onProgress?.({
      read: parts.reduce((sum, { read }) => sum + read, 0),
      total: parts.reduce((sum, { total }) => sum + total, 0),
    });
  });
}
