import type { HistorySpan, SmsHistoryClient } from "voximplant-sms-history/edge";
import { skipWindow } from "./errors.js";
import type { WinRow } from "./schema.js";
import { DAY_MS, HOUR_MS } from "./settings.js";

/** Messages of a window. */
const WINDOW_ROWS = 10_000;
/** Days with fewer messages are joined, so that a quiet account does not have a window for each day. */
const MIN_WINDOW_ROWS = 100;
/** A span with few messages is divided until it has so few days: they may all be on one of them. */
const MAX_SPARSE_DAYS = 8;
/** The API may still change the newest seconds. */
const SETTLE_MS = 60_000;
export const SECOND_MS = 1000;

/** A new window. */
export type NewWindow = Pick<WinRow, "start" | "stop" | "expected">;

/** The last second that is read at a time. */
export function lastSettledSecond(now: number): number {
  return Math.floor((now - SETTLE_MS) / SECOND_MS) * SECOND_MS;
}

export const startOfDay = (time: number) => Math.floor(time / DAY_MS) * DAY_MS;
const endOfDay = (time: number) => startOfDay(time) + DAY_MS - SECOND_MS;

/** The numbers of the UTC days that a span touches. */
export function daysOf(from: number, to: number): number[] {
  const first = Math.floor(from / DAY_MS);
  return Array.from({ length: Math.floor(to / DAY_MS) - first + 1 }, (_, index) => first + index);
}

/**
 * The end of the last window when it has grown until a time: at most the end of its day, and not if it is full. After a pause, the
 * rest of the time is counted and divided.
 */
export function grownStop({ start, stop, expected }: WinRow, until: number): number {
  return expected < WINDOW_ROWS ? Math.max(stop, Math.min(until, endOfDay(start), stop + HOUR_MS)) : stop;
}

/** Divides a span of time into windows. A day whose messages cannot be counted is one window, which counts as full. */
export async function planWindows(client: SmsHistoryClient, from: number, to: number): Promise<NewWindow[]> {
  if (from > to) return [];
  const windows = await planCounted(client, from, to).catch(skipWindow);
  if (windows) return windows;
  // A count reads the newest message. If it cannot be read, its window reports it, and the rest is planned without it.
  const middle = startOfDay((from + to + DAY_MS) / 2);
  if (middle <= from || middle > to) return [{ start: from, stop: to, expected: WINDOW_ROWS }];
  const halves = [planWindows(client, from, middle - SECOND_MS), planWindows(client, middle, to)];
  return (await Promise.all(halves)).flat();
}

/** Divides a span of time by its counts. Times without messages are one window. */
async function planCounted(client: SmsHistoryClient, from: number, to: number): Promise<NewWindow[]> {
  const query = { fromDate: new Date(from), toDate: new Date(to) };
  const windows: NewWindow[] = [];
  for (const dense of await client.spans(query, { maxMessages: WINDOW_ROWS })) {
    for (const span of await splitSparse(client, dense)) {
      const last = windows.at(-1);
      if (span.count === 0 && last?.expected === 0) windows.splice(-1, 1, { ...last, stop: +span.toDate });
      else windows.push(...cut(span));
    }
  }
  return windows;
}

/** Separates quiet times from busy ones. */
async function splitSparse(client: SmsHistoryClient, span: HistorySpan): Promise<HistorySpan[]> {
  const { fromDate, toDate, count } = span;
  const days = daysOf(+fromDate, +toDate).length;
  if (count === 0 || days <= MAX_SPARSE_DAYS || count / days >= MIN_WINDOW_ROWS) return [span];
  const middle = startOfDay((+fromDate + +toDate) / 2);
  const older = { fromDate, toDate: new Date(middle - SECOND_MS) };
  const newer = { fromDate: new Date(middle), toDate };
  const ofOlder = await client.count(older);
  // Messages may have arrived since the span was counted.
  const ofNewer = Math.max(0, count - ofOlder);
  return [
    ...(await splitSparse(client, { ...older, count: ofOlder })),
    ...(await splitSparse(client, { ...newer, count: ofNewer })),
  ];
}

/** Cuts a span at the start of days. Messages without a date then count to the right day. */
function cut({ fromDate, toDate, count }: HistorySpan): NewWindow[] {
  const [from, to] = [+fromDate, +toDate];
  const days = daysOf(from, to).length;
  const daysPerWindow = count === 0 ? days : Math.min(days, Math.ceil((MIN_WINDOW_ROWS * days) / count));
  const windows: NewWindow[] = [];
  for (let start = from; start <= to; ) {
    const stop = Math.min(to, endOfDay(start) + (daysPerWindow - 1) * DAY_MS);
    const share = (stop - start + SECOND_MS) / (to - from + SECOND_MS);
    windows.push({ start, stop, expected: Math.ceil(count * share) });
    start = stop + SECOND_MS;
  }
  return windows;
}
