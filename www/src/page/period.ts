/** The reader's range as moments, and the period before it. */
import { addDays, addMonths, dayOf, daysBetween, endOf, localOf, startOf } from "../zone.js";

export const PRESETS = ["today", "yesterday", "7d", "30d", "month", "last-month", "12m"] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset, or the first and the last local day or minute. */
export type Range = { readonly preset: Preset } | { readonly from: string; readonly to: string };

export interface Period {
  readonly fromDate: Date;
  readonly toDate: Date;
  /** The first and the last local day or minute. */
  readonly from: string;
  readonly to: string;
  /** Whether the period ends now, so that new messages belong to it. */
  readonly isOpen: boolean;
}

/** @param now the end of periods that are not over */
export function periodOf(range: Range, zone: string, now: Date): Period {
  const { from, to } = "preset" in range ? localRange(range.preset, dayOf(now, zone)) : range;
  const end = endOf(to, zone);
  const isOpen = end >= now;
  const fromDate = startOf(from, zone);
  const toDate = isOpen ? now : end;
  // A range in the future is empty. Its first second is as good as any.
  return { fromDate, toDate: toDate < fromDate ? fromDate : toDate, from, to, isOpen };
}

/** Returns the period to compare with: as long, and directly before. A month is compared with the same days of the month before. */
export function previousPeriod(range: Range, period: Period, zone: string): Period {
  const { from, to } = period;
  const isMonth = "preset" in range && (range.preset === "month" || range.preset === "last-month");
  if (!from.includes("T") || isMonth) {
    const days = daysBetween(from, to) + 1;
    const back = (local: string) => (isMonth ? addMonths(local, -1) : addDays(local, -days));
    const [previousFrom, previousTo] = [back(from), isWholeMonth(range) ? addDays(from, -1) : back(to)];
    const end = period.isOpen ? startOf(back(localOf(period.toDate, zone)), zone) : endOf(previousTo, zone);
    return {
      from: previousFrom,
      to: previousTo,
      fromDate: startOf(previousFrom, zone),
      toDate: end,
      isOpen: false,
    };
  }
  const length = period.toDate.getTime() - period.fromDate.getTime() + 1000;
  const moved = (date: Date) => new Date(date.getTime() - length);
  const [fromDate, toDate] = [moved(period.fromDate), moved(period.toDate)];
  return { fromDate, toDate, from: localOf(fromDate, zone), to: localOf(toDate, zone), isOpen: false };
}

function isWholeMonth(range: Range): boolean {
  return "preset" in range && range.preset === "last-month";
}

function localRange(preset: Preset, today: string): { from: string; to: string } {
  const firstOfMonth = `${today.slice(0, 8)}01`;
  switch (preset) {
    case "today":
      return { from: today, to: today };
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case "7d":
      return { from: addDays(today, -6), to: today };
    case "30d":
      return { from: addDays(today, -29), to: today };
    case "month":
      return { from: firstOfMonth, to: today };
    case "last-month":
      return { from: addMonths(firstOfMonth, -1), to: addDays(firstOfMonth, -1) };
    case "12m":
      return { from: addMonths(firstOfMonth, -11), to: today };
  }
}
