const WHOLE = new Intl.NumberFormat("en");

/** A count, with thousands separated: `50,000`. */
export function whole(number: number): string {
  return WHOLE.format(number);
}

/** An amount of money with four decimals, as the API has them, or with more where it has more. */
export function money(amount: number): string {
  const four = amount.toFixed(4);
  return Number(four) === amount ? four : String(amount);
}

/** A point in time as the API writes it: `yyyy-MM-dd HH:mm:ss`, UTC. */
export function utc(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

/** `1 message`, `2 messages`. */
export function counted(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
}
