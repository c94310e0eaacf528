import { isPhoneNumber } from "../phone-number.js";
import { STATUSES, type Status } from "./schema.js";

/** Conditions on messages. Times are in milliseconds; `to` is the end of the last second. */
export interface Filter {
  readonly from: number;
  readonly to: number;
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  /** The sender or the recipient. */
  readonly party?: string | undefined;
  readonly direction?: "in" | "out" | undefined;
  readonly status?: Status | undefined;
  /** The API's `Code = N`. `"none"`: failed messages without one. */
  readonly errorCode?: number | "none" | undefined;
  /** Words that occur in the text, the numbers or the error. A word that ends in `*` is the beginning of one. */
  readonly text?: string | undefined;
}

/** A part of a statement, with its bound values in order. */
export interface Sql {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Joins conditions with AND. */
export function all(conditions: readonly Sql[]): Sql {
  return {
    sql: conditions.map(({ sql }) => sql).join(" AND "),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** A condition with its bound values. */
export const where = (sql: string, ...values: (string | number)[]): Sql => ({ sql, values });

const hasCode = (code: number | "none") =>
  code === "none" ? where("error_code IS NULL") : where("error_code = ?", code);
const HAS_TEXT = "message_id IN (SELECT rowid FROM message_text WHERE message_text MATCH ?)";

/** The conditions of a filter on `message`, without its span. */
export function conditions(filter: Omit<Filter, "from" | "to">): Sql[] {
  const { source, destination, party, direction, status, errorCode, text } = filter;
  return [
    where("gone_at IS NULL"),
    ...(source === undefined ? [] : [where("source = ?", source)]),
    ...(destination === undefined ? [] : [where("destination = ?", destination)]),
    ...(party === undefined ? [] : [where("(source = ? OR destination = ?)", party, party)]),
    ...(direction === undefined ? [] : [where("direction = ?", direction)]),
    ...(status === undefined ? [] : [where("status = ?", STATUSES.indexOf(status))]),
    // So that the partial index applies.
    ...(status !== undefined && status !== "success" ? [where("status <> 1")] : []),
    ...(errorCode === undefined ? [] : [where("status <> 1"), where("status = 2"), hasCode(errorCode)]),
    ...(text === undefined ? [] : [where(HAS_TEXT, textQuery(text))]),
  ];
}

/** The condition of a filter's span. */
export const span = ({ from, to }: Filter): Sql => where("at BETWEEN ? AND ?", from, to);

/** Returns the query of a text for FTS5: every word is quoted, so that no operator has a meaning. No words match nothing. */
export function textQuery(text: string): string {
  // FTS5 reads a query until its first NUL.
  const words = text
    .replaceAll("\0", " ")
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const query = words
    .map((word) => `"${word.replaceAll('"', '""').replace(/\*$/, "")}"${word.endsWith("*") ? " *" : ""}`)
    .join(" ");
  // A number as people write it, or the same in a text.
  if (isPhoneNumber(text)) return `"${text.replace(/\D/g, "")}" OR "${text}"`;
  // An empty query is an error.
  return query || '""';
}
