import * as v from "valibot";
import { MAX_CODE } from "../error-code.js";
import { normalizeNumber } from "../phone-number.js";
import { isDay, isZone } from "../zone.js";
import type { Filter } from "./filter.js";

const INSTANT = "expected an instant such as 2026-01-31T10:00:00Z";
const PARTY = "expected a phone number or a name of at most 60 characters";
const ZONE = "expected a time zone such as Europe/Berlin";
const LAST_MS = 999;

/** An instant in ISO 8601, converted to milliseconds. */
const instant = v.pipe(
  v.string(INSTANT),
  v.isoTimestamp(INSTANT),
  v.check((text) => isDay(text.slice(0, 10)), INSTANT),
  v.transform(Date.parse),
  v.number(INSTANT),
);
const number = v.pipe(
  v.string(PARTY),
  v.check((text) => text.length <= 60 && normalizeNumber(text) !== "", PARTY),
);
const timeZone = v.pipe(v.string(ZONE), v.check(isZone, ZONE));
const flag = v.optional(v.boolean("expected true or false"), false);
const word = <const Words extends readonly string[]>(words: Words) =>
  v.picklist(words, `expected ${words.join(", ")}`);
const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER) => {
  const message = `expected an integer from ${min} to ${max}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
};

const filter = v.pipe(
  v.strictObject({
    fromDate: instant,
    toDate: instant,
    sourceNumber: v.optional(number),
    destinationNumber: v.optional(number),
    party: v.optional(number),
    direction: v.optional(word(["in", "out"])),
    status: v.optional(word(["success", "error", "waiting", "unknown"])),
    errorCode: v.optional(
      v.union([integer(-MAX_CODE, MAX_CODE), v.literal("none")], "expected an integer, or none"),
    ),
    text: v.optional(
      v.pipe(v.string("expected a text"), v.maxLength(200, "expected at most 200 characters")),
    ),
  }),
  v.forward(
    v.check(({ fromDate, toDate }) => fromDate <= toDate, "expected a time after fromDate"),
    ["toDate"],
  ),
  v.transform(
    ({ fromDate, toDate, sourceNumber: source, destinationNumber: destination, ...rest }): Filter => ({
      // No message is older. The years before 100 have no right labels.
      from: Math.max(0, fromDate),
      to: toDate - (toDate % 1000) + LAST_MS,
      ...{ source, destination, ...rest },
    }),
  ),
);

/** The bodies of the routes. */
export const REQUESTS = {
  messages: v.strictObject({
    filter,
    limit: v.optional(integer(1, 1000), 100),
    offset: v.optional(integer(0, 10_000_000)),
    before: v.optional(v.strictObject({ at: integer(-1), id: integer(0) })),
  }),
  count: v.strictObject({ filter }),
  sums: v.strictObject({
    filter,
    unit: word(["hour", "day", "month"]),
    timeZone: v.optional(timeZone, "UTC"),
    bySender: flag,
  }),
  top: v.strictObject({
    filter,
    by: word(["senders", "recipients", "errorCodes"]),
    limit: v.optional(integer(1, 1000), 10),
  }),
  message: v.strictObject({ id: integer(0) }),
  export: v.strictObject({
    filter,
    format: v.optional(word(["csv", "ndjson"]), "csv"),
    delimiter: v.optional(word([",", ";", "\t"]), ","),
    byteOrderMark: flag,
  }),
  sync: v.strictObject({
    tasks: v.optional(v.array(word(["waiting", "verify"]), "expected a list"), []),
    restart: flag,
  }),
  forget: v.strictObject({ number }),
} as const;

export type Route = keyof typeof REQUESTS;
export type Body<Name extends Route> = v.InferOutput<(typeof REQUESTS)[Name]>;

/** A field of a body that is missing or invalid. Its message quotes no value. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    problem: string,
  ) {
    super(`${field}: ${problem}`);
  }
}

/** Validates a body. */
export function parseBody<Name extends Route>(name: Name, body: unknown): Body<Name> {
  const result = v.safeParse(REQUESTS[name], body, { abortEarly: true });
  if (result.success) return result.output as Body<Name>;
  const [issue] = result.issues;
  const field = issue.path?.map(({ key }) => String(key)).join(".") ?? "body";
  // valibot's own messages quote the value.
  const otherwise = issue.expected === "Object" ? "expected an object" : "expected no such field";
  const problem = issue.message.startsWith("expected") ? issue.message : otherwise;
  throw new FieldError(field, issue.input === undefined ? "expected a value, got none" : problem);
}
