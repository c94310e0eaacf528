import type { HistorySpan, SmsHistoryClient } from "voximplant-sms-history/edge";
import type { WinRow } from "./schema.js";
import { DAY_MS } from "./settings.js";

/** Messages of a window, and of a span that is planned at once. */
export const WINDOW_ROWS = 10_000;
/** Days with fewer messages are joined, so that a quiet account does not have a window for each day. */
const MIN_WINDOW_ROWS = 100;
/** A span with few messages is divided until it has so few days: they may all be on one of them. */
const MAX_SPARSE_DAYS = 8;
/** The API may still change the newest seconds. */
const SETTLE_MS = 60_000;
const SECOND_MS = 1000;
/** A longer gap is planned by counts. */
const MAX_UNCOUNTED_MS = 2 * DAY_MS;

/** A new window. Times are in milliseconds, inclusive seconds. */
export interface NewWindow {
  readonly start: number;
  readonly stop: number;
  readonly expected: number;
}

/** The last second that is read at a time. */
export function lastSettledSecond(now: number): number {
  return Math.floor((now - SETTLE_MS) / SECOND_MS) * SECOND_MS;
}

export const startOfDay = (time: number) => Math.floor(time / DAY_MS) * DAY_MS;
const endOfDay = (time: number) => startOfDay(time) + DAY_MS - SECOND_MS;

/** How the windows have to change to reach until a time. */
export interface Extension {
  /** The last window's new end. */
  readonly grow: { readonly id: number; readonly from: number; readonly stop: number } | undefined;
  /** The windows that follow it. */
  readonly add: readonly NewWindow[];
}

/**
 * Plans windows until a time: `last` grows to the end of its day unless it is full, and new ones follow. The history before the
 * first message is one window.
 */
export async function planUntil(
  client: SmsHistoryClient,
  first: number,
  last: WinRow | null,
  until: number,
): Promise<Extension> {
  const canGrow = last && last.expected < WINDOW_ROWS && last.stop < endOfDay(last.start);
  const stop = canGrow ? Math.min(until, endOfDay(last.start)) : (last?.stop ?? 0);
  const grow = canGrow && stop > last.stop ? { id: last.id, from: last.stop, stop } : undefined;
  const start = last ? stop + SECOND_MS : first;
  if (start > until) return { grow, add: [] };
  if (last && until - start < MAX_UNCOUNTED_MS) return { grow, add: cut(start, until, 0, 1) };
  return { grow, add: await planByCounts(client, start, until) };
}

async function planByCounts(client: SmsHistoryClient, start: number, until: number): Promise<NewWindow[]> {
  // The last day on its own: messages may still arrive on it.
  const today = Math.max(start, startOfDay(until));
  const spans: HistorySpan[] = [];
  for (const [from, to] of [
    [start, today - SECOND_MS],
    [today, until],
  ] as const) {
    if (from > to) continue;
    const query = { fromDate: new Date(from), toDate: new Date(to) };
    for (const span of await client.spans(query, { maxMessages: WINDOW_ROWS })) {
      spans.push(...(await splitSparse(client, span)));
    }
  }
  const windows: NewWindow[] = [];
  for (const { fromDate, toDate, count } of spans) {
    const last = windows.at(-1);
    const days = daysOf(+fromDate, +toDate);
    const daysPerWindow = count === 0 ? days : Math.min(days, Math.ceil((MIN_WINDOW_ROWS * days) / count));
    if (count === 0 && last?.expected === 0 && +fromDate < today)
      windows.splice(-1, 1, { ...last, stop: +toDate });
    else windows.push(...cut(+fromDate, +toDate, count, daysPerWindow));
  }
  return windows;
}

const daysOf = (from: number, to: number) => (startOfDay(to) - startOfDay(from)) / DAY_MS + 1;

/** Cuts a span at the start of days. Messages without a date then count to the right day. */
function cut(from: number, to: number, count: number, daysPerWindow: number): NewWindow[] {
  const windows: NewWindow[] = [];
  for (let start = from; start <= to; ) {
    const stop = Math.min(to, endOfDay(start) + (daysPerWindow - 1) * DAY_MS);
    windows.push({
      start,
      stop,
      expected: Math.ceil((count * (stop - start + SECOND_MS)) / (to - from + SECOND_MS)),
    });
    start = stop + SECOND_MS;
  }
  return windows;
}

/** Separates quiet times from busy ones. */
async function splitSparse(client: SmsHistoryClient, span: HistorySpan): Promise<HistorySpan[]> {
  const { fromDate, toDate, count } = span;
  const days = daysOf(+fromDate, +toDate);
  if (count === 0 || days <= MAX_SPARSE_DAYS || count / days >= MIN_WINDOW_ROWS) return [span];
  const middle = startOfDay((+fromDate + +toDate) / 2);
  const older = { fromDate, toDate: new Date(middle - SECOND_MS) };
  const newer = { fromDate: new Date(middle), toDate };
  const ofOlder = await client.count(older);
  return [
    ...(await splitSparse(client, { ...older, count: ofOlder })),
    ...(await splitSparse(client, { ...newer, count: count - ofOlder })),
  ];
}
