/**
 * The state of the page in its address, and in the history entry of its tab.
 *
 * Numbers and texts are personal data. They are never in the address, which servers log and people share, but in
 * `history.state`, which the browser keeps for the tab. Reload, back and forward keep them, and a second tab starts without. The
 * address names which of them its sender had, so that a second tab can say what it lacks.
 */
import * as v from "valibot";
import { CODE_OR_NONE } from "../../error-code.js";
import { isZone, ownZone } from "../../zone.js";
import { PRESETS } from "../period.js";

/** Of a year whose neighbours have four digits too. */
const Local = v.pipe(
  v.string(),
  v.regex(/^[12]\d{3}-\d\d-\d\d(T\d\d:\d\d)?$/),
  v.check((local) => !Number.isNaN(Date.parse(local))),
);
const Text = v.fallback(v.optional(v.pipe(v.string(), v.regex(/^.{1,200}$/s))), undefined);

const Address = v.object({
  view: v.fallback(v.picklist(["overview", "messages", "costs"]), "overview"),
  range: v.fallback(v.picklist(PRESETS), "30d"),
  from: v.fallback(v.optional(Local), undefined),
  to: v.fallback(v.optional(Local), undefined),
  zone: v.fallback(v.pipe(v.string(), v.check(isZone)), ownZone),
  bucket: v.fallback(v.picklist(["auto", "hour", "day", "month"]), "auto"),
  direction: v.fallback(v.optional(v.picklist(["in", "out"])), undefined),
  status: v.fallback(v.optional(v.picklist(["success", "error", "waiting", "unknown"])), undefined),
  /** A number in the API's error texts, or `none`. */
  code: v.fallback(v.optional(v.pipe(v.string(), v.regex(CODE_OR_NONE))), undefined),
  lang: v.fallback(v.optional(v.picklist(["en", "de"])), undefined),
  /** The names of the filters that are not in the address, separated by dots. */
  unshared: v.fallback(v.string(), ""),
});

/** Of an entry without a state, there is none of them. */
const Private = v.fallback(
  v.object({
    sourceNumber: Text,
    destinationNumber: Text,
    /** The sender or the recipient. */
    party: Text,
    text: Text,
  }),
  {},
);

type AddressState = v.InferOutput<typeof Address>;
export type PrivateState = v.InferOutput<typeof Private>;
export type PageState = Omit<AddressState, "unshared"> &
  PrivateState & {
    /** The filters that the sender of a link had, and this tab does not have. */
    readonly missing: readonly (keyof PrivateState)[];
  };

const PRIVATE = Object.keys(Private.entries) as (keyof PrivateState)[];

/** Reads a state. Parts that are invalid have their defaults. */
export function readState(search: string, historyState: unknown): PageState {
  const { unshared, ...address } = v.parse(Address, Object.fromEntries(new URLSearchParams(search)));
  const own = v.parse(Private, historyState);
  const names = unshared.split(".");
  const missing = PRIVATE.filter((name) => names.includes(name) && own[name] === undefined);
  return { ...address, ...rangeOf(address), ...own, missing };
}

/** One end of a range without the other, or after it, is no range. A day beside a minute is its first or its last minute. */
function rangeOf({ from, to }: Pick<AddressState, "from" | "to">): Pick<AddressState, "from" | "to"> {
  if (!from || !to) return { from: undefined, to: undefined };
  const hasTimes = from.includes("T") || to.includes("T");
  const [first, last] = hasTimes ? [withTime(from, "T00:00"), withTime(to, "T23:59")] : [from, to];
  return first <= last ? { from: first, to: last } : { from: undefined, to: undefined };
}

/** Returns a minute: the given one, or that of a day. */
export const withTime = (local: string, time: string) => (local.includes("T") ? local : local + time);

/** Returns the query string of a state, without parts that have their defaults. */
export function addressOf(state: PageState): string {
  const parameters = new URLSearchParams();
  const { from, to } = state;
  const unshared = PRIVATE.filter((name) => state[name] !== undefined || state.missing.includes(name));
  const all = { ...state, unshared: unshared.join(".") };
  for (const name of Object.keys(Address.entries) as (keyof AddressState)[]) {
    if (name === "range" && from && to) continue;
    const value = all[name];
    if (value !== undefined && value !== DEFAULTS[name]) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/** Returns what the history entry keeps. */
export function privateOf({ sourceNumber, destinationNumber, party, text }: PageState): PrivateState {
  return { sourceNumber, destinationNumber, party, text };
}

const DEFAULTS: AddressState = v.parse(Address, {});
