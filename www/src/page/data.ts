/** What the views show: data of the source for the state of the page. */
import { computed, effect, signal } from "@preact/signals";
import { settings } from "./settings.js";
import type {
  Call,
  Filter,
  Freshness,
  Grouping,
  MessageFilter,
  MessageList,
  Source,
  Summary,
} from "./source.js";
import { type AnyLoader, Loader } from "./state/loader.js";
import {
  asOf,
  filter,
  grouping,
  lastSecond,
  messageFilter,
  period,
  previousFilter,
  refresh,
  state,
} from "./state/page-state.js";

/** Given by {@link start}, before anything is drawn. */
export let source: Source;

/** Loads what the reader looks at from a source, now and after each change of the page's state. */
export function start(opened: Source): void {
  source = opened;
  for (const load of [loadOverview, loadPreviousPeriod, loadCosts, loadMessages, forgetCount]) effect(load);
}

/** From when and until when the source had every message at the last refresh. `undefined` for one that always has every message. */
export const freshness = signal<Freshness | undefined>(
  settings.archive && {
    exactFrom: new Date(settings.archive.exactFrom),
    exactUntil: new Date(settings.archive.exactUntil),
  },
);

/** A summary, and the direction in its filter: views show it until that of other filters is read. */
export type Summarized = Summary & Pick<Filter, "direction">;

export const summary = new Loader<Summarized>();
export const previousSummary = new Loader<Summarized>();
export const costs = new Loader<Summarized>();
/** A list, and a number that changes with its contents. */
export const messages = new Loader<{ list: MessageList; version: number }>();

/** The summaries that were read last, so that views and back and forward show them at once. */
const CACHED = 24;
const cache = new Map<string, Summarized>();

async function summarize(filter: Filter, by: Grouping, call: Call): Promise<Summarized> {
  const key = JSON.stringify([filter, by]);
  const known = cache.get(key);
  if (known) return known;
  const found = { ...(await source.summarize(filter, by, call)), direction: filter.direction };
  cache.set(key, found);
  const [oldest] = cache.keys();
  if (cache.size > CACHED && oldest !== undefined) cache.delete(oldest);
  return found;
}

function loadSummary(loader: Loader<Summarized>, filter: Filter, by: Grouping): void {
  loader.load(JSON.stringify([filter, by]), (call) => summarize(filter, by, call));
}

function loadOverview(): void {
  if (state.value.view === "overview") loadSummary(summary, filter.value, grouping.value);
}

function loadCosts(): void {
  if (state.value.view === "costs") loadSummary(costs, filter.value, daily());
}

function loadPreviousPeriod(): void {
  // After the current period, which is what the reader waits for.
  const { phase, isCurrent } = summary.state.value;
  if (state.value.view === "overview" && phase === "ready" && isCurrent) {
    if (previousFilter.value) loadSummary(previousSummary, previousFilter.value, daily());
  }
}

function daily(): Grouping {
  return { bucket: "day", timeZone: state.value.zone };
}

function loadMessages(): void {
  if (state.value.view !== "messages") return;
  const wanted = messageFilter.value;
  messages.load(JSON.stringify(wanted), async (call, onData) => {
    let version = 0;
    const changed = (list: MessageList) => {
      version += 1;
      return { list, version };
    };
    const list = await source.list(wanted, call, (list) => onData(changed(list)));
    return changed(list);
  });
}

/** The loader of the current view. */
export const current = computed<AnyLoader>(() => ({ overview: summary, messages, costs })[state.value.view]);

/** The number of messages after {@link asOf} that belong to the current view. */
export const newCount = signal(0);

const POLL_MS = 30_000;

/** What the new messages are counted for. */
const countedFilter = computed<MessageFilter>(() =>
  state.value.view === "messages" ? messageFilter.value : filter.value,
);
const counted = computed(() => JSON.stringify([countedFilter.value, asOf.value]));
let counting = new AbortController();

function forgetCount(): void {
  // Each refresh starts again, and so does each filter.
  counted.value;
  counting.abort();
  newCount.value = 0;
}

/** Returns until when lists of a source are stable. An archive in which older messages differ from the API keeps the former end. */
function stableEnd(found: Freshness | undefined): Date {
  if (!found) return lastSecond();
  const { exactUntil = asOf.value } = found;
  return exactUntil > asOf.value ? exactUntil : asOf.value;
}

setInterval(() => void countNew(), POLL_MS);
addEventListener("focus", () => void countNew());

export async function countNew(): Promise<void> {
  const { phase } = current.value.state.value;
  if (document.hidden || !period.value.isOpen || phase !== "ready" || !navigator.onLine) return;
  counting.abort();
  counting = new AbortController();
  const { signal } = counting;
  // Nobody waits for this. A failure shows when the reader does something.
  const count = await countAfter(asOf.value, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(POLL_MS)]),
  }).catch(() => 0);
  // Not the count for another filter, nor one that a newer one has overtaken.
  if (!signal.aborted) newCount.value = count;
}

async function countAfter(since: Date, call: Call): Promise<number> {
  const fromDate = new Date(since.getTime() + 1000);
  const toDate = stableEnd(await source.freshness(call));
  return toDate < fromDate ? 0 : source.count({ ...countedFilter.value, fromDate, toDate }, call);
}

/** Loads the newest data. A period that is over is read again: the statuses of its messages change. */
export function refreshAll(): void {
  cache.clear();
  // The other views read it when they are opened.
  for (const loader of [summary, previousSummary, costs, messages]) {
    if (loader !== current.value) loader.reset();
  }
  current.value.refresh(async (call) => {
    const found = await source.freshness(call);
    call.signal.throwIfAborted();
    freshness.value = found;
    refresh(stableEnd(found));
  });
}
