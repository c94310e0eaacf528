/** Local times of time zones. A local time is `yyyy-MM-dd` (a whole day) or `yyyy-MM-ddTHH:mm`. */

const DAY_MS = 24 * 60 * 60 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

const machineZone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The reader's own zone. UTC on a machine whose zone the browser does not know. */
export const ownZone = machineZone && isZone(machineZone) ? machineZone : "UTC";

export function isZone(name: string): boolean {
  try {
    return Boolean(format(name));
  } catch {
    return false;
  }
}

/** Returns the first moment of a local time. In a gap, when the clock is set forward, the first moment after the gap. */
export function startOf(local: string, zone: string): Date {
  const asUtc = utcOf(local);
  // The offset before and the one after a change of the clock are those of the day before and the day after.
  const candidates = [asUtc - offset(asUtc - DAY_MS, zone), asUtc - offset(asUtc + DAY_MS, zone)];
  const exact = candidates.filter((time) => time + offset(time, zone) === asUtc);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates));
}

/** Returns the last second of a local day or minute. */
export function endOf(local: string, zone: string): Date {
  const next = local.includes("T") ? minuteAfter(local) : addDays(local, 1);
  return new Date(startOf(next, zone).getTime() - 1000);
}

/** Returns the local day of a moment. */
export function dayOf(moment: Date, zone: string): string {
  return localOf(moment, zone).slice(0, 10);
}

/** Returns the local minute of a moment: `yyyy-MM-ddTHH:mm`. */
export function localOf(moment: Date, zone: string): string {
  return new Date(moment.getTime() + offset(moment.getTime(), zone)).toISOString().slice(0, 16);
}

export function addDays(local: string, days: number): string {
  const day = new Date(utcOf(local.slice(0, 10)) + days * DAY_MS).toISOString().slice(0, 10);
  return day + local.slice(10);
}

/** Whether a day exists. `Date.parse` takes February 30 for March 2. */
export function isDay(local: string): boolean {
  return local.length === 10 && !Number.isNaN(utcOf(local)) && addDays(local, 0) === local;
}

/** Adds months to a day. The 31st becomes the last day of a shorter month. */
export function addMonths(local: string, months: number): string {
  const [year = 0, month = 1, day = 1] = local.slice(0, 10).split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  const moved = new Date(Date.UTC(year, month - 1 + months, Math.min(day, last)));
  return moved.toISOString().slice(0, 10) + local.slice(10);
}

/** Returns the number of days from a local day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((utcOf(to.slice(0, 10)) - utcOf(from.slice(0, 10))) / DAY_MS);
}

function minuteAfter(local: string): string {
  return new Date(utcOf(local) + 60_000).toISOString().slice(0, 16);
}

function utcOf(local: string): number {
  return Date.parse(local.includes("T") ? `${local}Z` : `${local}T00:00Z`);
}

/** The offset of a zone in milliseconds: local time minus UTC. */
function offset(time: number, zone: string): number {
  if (zone === "UTC") return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(time)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

function format(timeZone: string): Intl.DateTimeFormat {
  let found = formats.get(timeZone);
  if (!found) {
    const numeric = "numeric";
    const fields = {
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    } as const;
    found = new Intl.DateTimeFormat("en-u-ca-iso8601", { timeZone, hourCycle: "h23", ...fields });
    formats.set(timeZone, found);
  }
  return found;
}
