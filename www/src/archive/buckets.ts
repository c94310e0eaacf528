import { addDays, addMonths, localOf, startOf } from "../zone.js";
import type { Span } from "./answers.js";

/** A bucket of local time. */
export interface Bucket extends Span {
  /** As the library writes it: `2026-03-08T01`, `2026-03-08` or `2026-03`. */
  readonly label: string;
}

export type Unit = "hour" | "day" | "month";

/** The hours of two years. */
export const MAX_BUCKETS = 20_000;
const MINUTE_MS = 60_000;
const LABEL_LENGTH: Readonly<Record<Unit, number>> = { hour: 13, day: 10, month: 7 };

/** Cuts a span of time into buckets, without gaps. The first and the last one may be shorter. `undefined` for too many. */
export function buckets(from: number, to: number, unit: Unit, zone: string): Bucket[] | undefined {
  const found: Bucket[] = [];
  for (let start = from; start <= to; ) {
    if (found.length === MAX_BUCKETS) return undefined;
    const local = localOf(new Date(start), zone);
    const stop = Math.min(nextStart(start, local, unit, zone), to + 1);
    found.push({ label: local.slice(0, LABEL_LENGTH[unit]), start, stop });
    start = stop;
  }
  return found;
}

function nextStart(start: number, local: string, unit: Unit, zone: string): number {
  if (unit === "day") return startOf(addDays(local.slice(0, 10), 1), zone).getTime();
  if (unit === "month") return startOf(addMonths(`${local.slice(0, 7)}-01`, 1), zone).getTime();
  // An hour that is repeated is two buckets: the clock changes at the end of the first one.
  let stop = (Math.floor(start / MINUTE_MS) + 60 - Number(local.slice(14))) * MINUTE_MS;
  // Some clocks change within an hour.
  const isOfHour = (time: number) =>
    localOf(new Date(time), zone).startsWith(local.slice(0, LABEL_LENGTH.hour));
  while (!isOfHour(stop - MINUTE_MS)) stop -= MINUTE_MS;
  return stop;
}
