/** Numbers, dates and names as the reader writes them. */

import { placesOf } from "./decimal.js";
import { locale, t } from "./i18n/index.js";
import { BEGINNING } from "./period.js";
import type { Decimal } from "./source.js";
import { state } from "./state/page-state.js";

const integers = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const signedPercents = new Intl.NumberFormat(locale, {
  style: "percent",
  signDisplay: "exceptZero",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
const decimals = new Map<number, Intl.NumberFormat>();

/** `50,000` */
export function integer(value: number): string {
  return integers.format(value);
}

/** `97.3 %` of a share from 0 to 1. */
export function percent(share: number | undefined): string {
  return share === undefined ? t.none : percents.format(share);
}

/** `+12.5%` of a share. */
export function signedPercent(share: number): string {
  return signedPercents.format(share);
}

/** `+12` */
export function signedNumber(value: number): string {
  return signed.format(value);
}

/** An exact amount with at least two decimal places, or as many as others in its table have. */
export function money(amount: Decimal, places = placesOf(amount)): string {
  const digits = Math.max(2, places);
  let format = decimals.get(digits);
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    decimals.set(digits, format);
  }
  // As a string, because a sum may have more digits than a number.
  return format.format(amount as unknown as number);
}

/** The most decimal places of some amounts. */
export function commonPlaces(amounts: readonly Decimal[]): number {
  return amounts.reduce((most, amount) => Math.max(most, placesOf(amount)), 2);
}

/** The sign between a number's units and its fraction at the reader's place. */
export const decimalSign = integersParts().find(({ type }) => type === "decimal")?.value ?? ".";

function integersParts() {
  return new Intl.NumberFormat(locale).formatToParts(1.5);
}

/** `12 Nov 2026, 14:03:22` in the chosen zone. */
export function moment(date: Date | undefined): string {
  return date ? dateFormat({ dateStyle: "medium", timeStyle: "medium" }).format(date) : t.noDate;
}

export function timeOfDay(date: Date): string {
  return dateFormat({ timeStyle: "medium" }).format(date);
}

/** The label of a bucket: `2026-03-08T01`, `2026-03-08` or `2026-03`. @param isShort for an axis */
export function bucketLabel(label: string | undefined, isShort = false): string {
  if (label === undefined) return t.undated;
  // The label is already local time. Reading and formatting it as UTC keeps it unchanged.
  const date = new Date(`${label.length === 13 ? `${label}:00` : label}${label.includes("T") ? "Z" : ""}`);
  const month = "short";
  const day = "numeric";
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  // On two lines, because it is wider than the space between two marks.
  if (isShort && label.includes("T"))
    return [time, { month, day } as const]
      .map((fields) => dateFormat({ ...fields, timeZone: "UTC" }).format(date))
      .join("\n");
  const fields: Intl.DateTimeFormatOptions =
    label.length === 7
      ? { year: "numeric", month }
      : label.length === 10
        ? { ...(isShort ? {} : { year: "numeric", weekday: "short" }), month, day }
        : { month, day, ...time };
  return dateFormat({ ...fields, timeZone: "UTC" }).format(date);
}

/** The days of a period: `1 Nov 2026 – 30 Nov 2026`. */
export function days(from: string, to: string): string {
  const format = dateFormat({
    dateStyle: "medium",
    ...(from.includes("T") ? { timeStyle: "short" as const } : {}),
    timeZone: "UTC",
  });
  const utc = (local: string) => new Date(local.includes("T") ? `${local}Z` : local);
  if (from === BEGINNING) return t.until(format.format(utc(to)));
  return format.formatRange(utc(from), utc(to));
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const all = { timeZone: state.value.zone, ...options };
  const key = JSON.stringify(all);
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, all);
    dateFormats.set(key, format);
  }
  return format;
}

/** A shortened number of the role without full numbers, see the Worker's redact.ts. */
const SHORTENED = /^(\d*)\*+(\d*)~m([\w-]+)$/;

/**
 * A phone number or name. Senders may choose their names. Characters that change the text direction could make a name look
 * like another, so they are replaced by a visible character.
 */
export function party(value: string | undefined): string {
  if (value === undefined) return t.none;
  const [, head, tail, code] = SHORTENED.exec(value) ?? [];
  // Some characters of the code tell numbers apart that look the same when shortened.
  if (code !== undefined) return `${head}•••${tail} (${code.slice(0, 4)})`;
  return value.replace(/\p{Bidi_Control}/gu, "\uFFFD");
}

/** An error text of the API without the numbers and the sender's name that it quotes, but with its code. */
export function withoutParties(text: string): string {
  return text
    .replace(/\bfrom\s.+?(?=\s(?:to|code)\b)/gi, "from …")
    .replace(/(code\s*=\s*)?\+?\d{3,}/gi, (found, code) => (code ? found : "…"))
    .replace(/\p{Bidi_Control}/gu, "");
}

export function bytes(count: number): string {
  const [value, unit] = count < 1e6 ? [count / 1e3, "kilobyte"] : [count / 1e6, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}
