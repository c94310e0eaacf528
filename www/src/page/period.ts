/** The reader's range as moments, and the period before it. */
import { addDays, addMonths, dayOf, daysBetween, endOf, localOf, startOf } from "../zone.js";

export const PRESETS = [
  "today",
  "yesterday",
  "7d",
  "30d",
  "90d",
  "month",
  "last-month",
  "12m",
  "all",
] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset, or the first and the last local day or minute. */
export type Range = { readonly preset: Preset } | { readonly from: string; readonly to: string };

export interface Period {
  readonly fromDate: Date;
  readonly toDate: Date;
  /** The first and the last local day or minute. */
  readonly from: string;
  readonly to: string;
  /** Whether the period is not over, so that new messages belong to it; or, of a previous period, within its last day. */
  readonly isOpen: boolean;
}

/** The first day of all messages where the source does not know it. */
export const BEGINNING = "1970-01-01";

/**
 * @param now a time of today
 * @param asOf the end of periods that are not over
 * @param oldestDay the day of the source's oldest message
 */
export function periodOf(range: Range, zone: string, now: Date, asOf: Date, oldestDay = BEGINNING): Period {
  const { from, to } = "preset" in range ? localRange(range.preset, dayOf(now, zone), oldestDay) : range;
  const end = endOf(to, zone);
  const isOpen = end >= asOf;
  const fromDate = startOf(from, zone);
  const toDate = isOpen ? asOf : end;
  // A range after that is empty. Its first second is as good as any.
  return { fromDate, toDate: toDate < fromDate ? fromDate : toDate, from, to, isOpen };
}

/**
 * Returns the period to compare with: as long, and directly before. Months are compared with the same days of the months before. An
 * open period is compared until the same time of its last day. `undefined`: there is nothing before all messages.
 */
export function previousPeriod(range: Range, period: Period, zone: string): Period | undefined {
  const { from, to, isOpen } = period;
  const preset = "preset" in range ? range.preset : undefined;
  if (preset === "all") return undefined;
  if (!from.includes("T")) {
    const whole = wholeMonths(from, to);
    const months = preset === "12m" ? 12 : preset === "month" ? 1 : whole;
    const days = daysBetween(from, to) + 1;
    const back = (local: string) => (months > 0 ? addMonths(local, -months) : addDays(local, -days));
    const previousFrom = back(from);
    const fromDate = startOf(previousFrom, zone);
    if (isOpen) {
      const end = back(localOf(period.toDate, zone));
      return { from: previousFrom, to: end.slice(0, 10), fromDate, toDate: startOf(end, zone), isOpen };
    }
    const previousTo = whole > 0 ? addDays(from, -1) : back(to);
    return { from: previousFrom, to: previousTo, fromDate, toDate: endOf(previousTo, zone), isOpen };
  }
  const length = period.toDate.getTime() - period.fromDate.getTime() + 1000;
  const moved = (date: Date) => new Date(date.getTime() - length);
  const [fromDate, toDate] = [moved(period.fromDate), moved(period.toDate)];
  return { fromDate, toDate, from: localOf(fromDate, zone), to: localOf(toDate, zone), isOpen: false };
}

/** The first and the last day of a month, such as `2026-10`. */
export function monthRange(month: string): { from: string; to: string } {
  const from = `${month}-01`;
  return { from, to: addDays(addMonths(from, 1), -1) };
}

/** The number of calendar months that days consist of. 0: they do not begin and end with a month. */
export function wholeMonths(from: string, to: string): number {
  const after = addDays(to, 1);
  if (!from.endsWith("-01") || !after.endsWith("-01")) return 0;
  const months = (day: string) => 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7));
  return months(after) - months(from);
}

function localRange(preset: Preset, today: string, oldestDay: string): { from: string; to: string } {
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
    case "90d":
      return { from: addDays(today, -89), to: today };
    case "month":
      return { from: firstOfMonth, to: today };
    case "last-month":
      return monthRange(addMonths(firstOfMonth, -1).slice(0, 7));
    case "12m":
      return { from: addMonths(firstOfMonth, -11), to: today };
    case "all":
      return { from: oldestDay, to: today };
  }
}
