/** A bucket of local time. Times are in milliseconds since 1970; `stop` is excluded. */
export interface Bucket {
  /** As the library writes it: `2026-03-08T01`, `2026-03-08` or `2026-03`. */
  readonly label: string;
  readonly start: number;
  readonly stop: number;
}

export type Unit = "hour" | "day" | "month";

/** An hour of two years. */
export const MAX_BUCKETS = 20_000;
const HOUR_MS = 3_600_000;
/** Clocks have changed at quarters of an hour since 1972, almost everywhere. */
const GRAIN_MS = HOUR_MS / 4;
/** The longest bucket: the clock may be set back in it. */
const LONGEST_MS: Readonly<Record<Unit, number>> = {
  hour: HOUR_MS,
  day: 25 * HOUR_MS,
  month: (31 * 24 + 1) * HOUR_MS,
};
const LABEL_LENGTH: Readonly<Record<Unit, number>> = { hour: 13, day: 10, month: 7 };

/** Whether a text is the name of a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return localTime(zone)(0) !== "";
  } catch {
    return false;
  }
}

/** Returns local times as `2026-03-08T01:30`. */
function localTime(timeZone: string): (time: number) => string {
  if (timeZone === "UTC") return (time) => new Date(time).toISOString().slice(0, 16);
  // Swedish dates are written as in ISO 8601.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (time) => format.format(time).replace(" ", "T");
}

/** Cuts a span of time into buckets, without gaps. The first and the last one may be shorter. `undefined` for too many. */
export function buckets(from: number, to: number, unit: Unit, zone: string): Bucket[] | undefined {
  const localAt = localTime(zone);
  // An hour that is repeated is two buckets. Their offsets from UTC differ.
  const offsetAt = (time: number) => (unit === "hour" ? Date.parse(`${localAt(time)}Z`) - time : 0);
  const found: Bucket[] = [];
  for (let start = from; start <= to; ) {
    if (found.length === MAX_BUCKETS) return undefined;
    const label = localAt(start).slice(0, LABEL_LENGTH[unit]);
    const offset = offsetAt(Math.floor(start / GRAIN_MS) * GRAIN_MS);
    const isSame = (time: number) =>
      localAt(time).slice(0, LABEL_LENGTH[unit]) === label && offsetAt(time) === offset;
    let stop = Math.floor((start + LONGEST_MS[unit]) / GRAIN_MS) * GRAIN_MS;
    while (stop - GRAIN_MS > start && !isSame(stop - GRAIN_MS)) stop -= GRAIN_MS;
    found.push({ label, start, stop: Math.min(stop, to + 1) });
    start = stop;
  }
  return found;
}
