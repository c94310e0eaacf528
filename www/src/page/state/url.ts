/**
 * The state of the page in its address, and in the history entry of its tab.
 *
 * Numbers and texts are personal data. They are never in the address, which servers log and people share, but in
 * `history.state`, which the browser keeps for the tab. Reload, back and forward keep them, and a second tab starts without.
 */
import { isZone, ownZone } from "../../zone.js";
import { PRESETS } from "../period.js";

/** Reads a part of the state: a valid value as it is, and the default in place of any other. */
type Read<Value> = (value: unknown) => Value;

const oneOf =
  <const Value, const Default>(values: readonly Value[], otherwise: Default): Read<Value | Default> =>
  (value) =>
    values.find((one) => one === value) ?? otherwise;

const matching =
  (pattern: RegExp): Read<string | undefined> =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? value : undefined;

const local = matching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/);
const text = matching(/^.{1,200}$/s);

const ADDRESS = {
  view: oneOf(["overview", "messages", "costs"], "overview"),
  range: oneOf(PRESETS, "30d"),
  from: local,
  to: local,
  zone: (value: unknown) => (typeof value === "string" && isZone(value) ? value : ownZone),
  bucket: oneOf(["auto", "hour", "day", "month"], "auto"),
  direction: oneOf(["in", "out"], undefined),
  status: oneOf(["success", "error", "waiting", "unknown"], undefined),
  /** A number in the API's error texts, or `none`. */
  code: matching(/^(none|\d{1,9})$/),
  lang: oneOf(["en", "de"], undefined),
};

const PRIVATE = {
  sourceNumber: text,
  destinationNumber: text,
  /** The sender or the recipient. */
  party: text,
  text,
};

type Values<Parts extends Record<string, Read<unknown>>> = {
  [Name in keyof Parts]: ReturnType<Parts[Name]>;
};
export type AddressState = Values<typeof ADDRESS>;
export type PrivateState = Values<typeof PRIVATE>;
export type PageState = AddressState & PrivateState;

function read<Parts extends Record<string, Read<unknown>>>(parts: Parts, values: object): Values<Parts> {
  const all = new Map(Object.entries(values));
  const found = Object.entries(parts).map(([name, read]) => [name, read(all.get(name))]);
  return Object.fromEntries(found) as Values<Parts>;
}

/** Reads a state. Parts that are invalid have their defaults. */
export function readState(search: string, historyState: unknown): PageState {
  const address = read(ADDRESS, Object.fromEntries(new URLSearchParams(search)));
  const { from, to } = address;
  // One end of a range without the other, or after it, is no range.
  const range = from && to && from <= to ? { from, to } : { from: undefined, to: undefined };
  return { ...address, ...range, ...read(PRIVATE, historyState ?? {}) };
}

/** Returns the query string of a state, without parts that have their defaults. */
export function addressOf(state: PageState): string {
  const parameters = new URLSearchParams();
  const { from, to } = state;
  for (const name of Object.keys(ADDRESS) as (keyof AddressState)[]) {
    if (name === "range" && from && to) continue;
    const value = state[name];
    if (value !== undefined && value !== DEFAULTS[name]) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/** Returns what the history entry keeps. */
export function privateOf({ sourceNumber, destinationNumber, party, text }: PageState): PrivateState {
  return { sourceNumber, destinationNumber, party, text };
}

const DEFAULTS: AddressState = read(ADDRESS, {});
