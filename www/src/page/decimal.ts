import type { Decimal } from "./source.js";

/** Adds decimal numbers without rounding. */
export function sum(decimals: Iterable<Decimal>): Decimal {
  let total = 0n;
  let places = 0;
  for (const decimal of decimals) {
    const [units = "0", fraction = ""] = decimal.split(".");
    if (fraction.length > places) {
      total *= 10n ** BigInt(fraction.length - places);
      places = fraction.length;
    }
    total += BigInt(units + fraction.padEnd(places, "0"));
  }
  return scaled(total, places);
}

function scaled(value: bigint, places: number): Decimal {
  if (places === 0) return String(value);
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(places + 1, "0");
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Writes a decimal with at least as many places. */
export function withPlaces(decimal: Decimal, places: number): Decimal {
  const [units, fraction = ""] = decimal.split(".");
  return places > 0 ? `${units}.${fraction.padEnd(places, "0")}` : decimal;
}

/** The number of decimal places. */
export function placesOf(decimal: Decimal): number {
  return (decimal.split(".")[1] ?? "").replace(/0+$/, "").length;
}
