const WHOLE = new Intl.NumberFormat("en");

/** Formats a count with separated thousands: `50,000`. */
export function whole(number: number): string {
  return WHOLE.format(number);
}

/** Formats a cost with four decimals, as the API writes it, or with more if it has more. */
export function money(amount: number): string {
  const four = amount.toFixed(4);
  return Number(four) === amount ? four : String(amount);
}

/** Formats a time as the API writes it: `yyyy-MM-dd HH:mm:ss`, UTC. */
export function utc(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

/** Formats a count with its noun: `1 message`, `2 messages`. */
export function counted(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
}
