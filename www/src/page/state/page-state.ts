/** The state of the page as signals. Each change is an entry of the browser's history. */
import { batch, computed, signal } from "@preact/signals";
import { dayOf, daysBetween } from "../../zone.js";
import { type Period, periodOf, previousPeriod, type Range } from "../period.js";
import { settings } from "../settings.js";
import type { Filter, Grouping, MessageFilter } from "../source.js";
import { addressOf, type PageState, privateOf, readState } from "./url.js";

export const state = signal(readState(location.search, history.state));

/** The last whole second when the reader loaded or refreshed the page. Its day is today. */
export const refreshedAt = signal(lastSecond());

/**
 * The end of periods that are not over. It moves when the reader refreshes, so that figures and lists agree. It is not after what an
 * archive had then: the archive inserts newer messages while the reader scrolls, which would move the rows of a list.
 */
export const asOf = signal(settings.archive ? new Date(settings.archive.exactUntil) : refreshedAt.value);

/** @param end the new end of periods that are not over */
export function refresh(end: Date): void {
  batch(() => {
    refreshedAt.value = lastSecond();
    asOf.value = end;
  });
}

/** Changes the state. By default that adds an entry to the browser's history. */
export function navigate(change: Partial<PageState>, { replace = false } = {}): void {
  const next = changed(change);
  const address = `${location.pathname}${addressOf(next)}`;
  if (replace) history.replaceState(privateOf(next), "", address);
  else history.pushState(privateOf(next), "", address);
  state.value = next;
}

/** A filter that is set or removed is no longer missing. */
function changed(change: Partial<PageState>): PageState {
  const missing = state.value.missing.filter((name) => !(name in change));
  return { ...state.value, missing, ...change };
}

/** The properties of a link that changes the state. */
export function linkTo(change: Partial<PageState>) {
  return {
    href: `/${addressOf(changed(change))}`,
    onClick: (event: MouseEvent) => {
      // A new tab starts from the address alone.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      navigate(change);
    },
  };
}

addEventListener("popstate", (event) => {
  state.value = readState(location.search, event.state);
});

export const range = computed<Range>(() => {
  const { from, to, range: preset } = state.value;
  return from && to ? { from, to } : { preset };
});

/** The local day of the source's oldest message. `undefined` for a source that does not know it. */
export const oldestDay = computed<string | undefined>(() => {
  const oldest = settings.archive?.oldest;
  return oldest ? dayOf(new Date(oldest), state.value.zone) : undefined;
});

export const period = computed<Period>(() =>
  periodOf(range.value, state.value.zone, refreshedAt.value, asOf.value, oldestDay.value),
);

/** The period to compare with. `undefined` if the source has not all of its days. */
export const previous = computed<Period | undefined>(() => {
  const before = previousPeriod(range.value, period.value, state.value.zone);
  if (!before || before.from < (oldestDay.value ?? "")) return undefined;
  return before.fromDate < new Date(settings.archive?.exactFrom ?? 0) ? undefined : before;
});

/** The bucket of charts: chosen, or by the length of the period. */
export const bucket = computed<"hour" | "day" | "month">(() => {
  if (state.value.bucket !== "auto") return state.value.bucket;
  const days = daysBetween(period.value.from, period.value.to) + 1;
  return days <= 3 ? "hour" : days <= 120 ? "day" : "month";
});

/** What a source groups by. Months are sums of days, made in the page. */
export const grouping = computed<Grouping>(() => ({
  bucket: bucket.value === "hour" ? "hour" : "day",
  timeZone: state.value.zone,
}));

/** The conditions of all views. */
export const filter = computed<Filter>(() => filterIn(period.value));
export const previousFilter = computed(() => previous.value && filterIn(previous.value));

/** Whether this reader may search texts. The archive searches full texts and numbers, which a masked reader must not read. */
export const searchesTexts = !settings.archive || settings.role !== "masked";

/** The conditions of the list of messages. */
export const messageFilter = computed<MessageFilter>(() => {
  const { party, status, code, text } = state.value;
  return {
    ...filter.value,
    party,
    status,
    errorCode: code === undefined || code === "none" ? code : Number(code),
    text: searchesTexts ? text : undefined,
  };
});

function filterIn({ fromDate, toDate }: Period): Filter {
  const { direction, sourceNumber, destinationNumber } = state.value;
  return { fromDate, toDate, direction, sourceNumber, destinationNumber };
}

/** The last whole second. Later messages of the current second could still appear. */
export function lastSecond(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000 - 1000);
}
