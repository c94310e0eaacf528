import { type ExportOptions, type HistoryExport, SmsHistoryClient } from "voximplant-sms-history/edge";
import type { Answers } from "./answers.js";
import type { Filter } from "./filter.js";
import { type MessageRow, toDecimal } from "./schema.js";

const PAGE_ROWS = 1000;

/**
 * Writes the messages of a filter as a file with a trailer. The library writes it: the archive answers its requests in place of the
 * API, so both files have the same form and the same safeguards.
 */
export function openExport(
  answers: Answers,
  filter: Filter,
  options: Pick<ExportOptions, "format" | "delimiter" | "byteOrderMark">,
  redact: (row: MessageRow) => Promise<MessageRow>,
): Promise<HistoryExport> {
  const counts = new Map<string, number>();
  const client = new SmsHistoryClient({
    token: "archive",
    fetch: async (url: string) => {
      const query = new URL(url).searchParams;
      const part = { ...filter, ...spanOf(query, filter) };
      const key = `${part.from} ${part.to}`;
      const total = counts.get(key) ?? (await answers.count(part));
      counts.set(key, total);
      const rows = await answers.list(part, {
        limit: Number(query.get("count") ?? PAGE_ROWS),
        offset: Number(query.get("offset") ?? 0),
      });
      const redacted = await Promise.all(rows.map(redact));
      return Response.json({ result: redacted.map(apiRow), total_count: total });
    },
  });
  const query = { fromDate: new Date(filter.from), toDate: new Date(filter.to), count: PAGE_ROWS };
  return client.openExport(query, { ...options, trailer: true });
}

const parseDate = (text: string | null) =>
  text === null ? undefined : Date.parse(`${text.replace(" ", "T")}Z`);

function spanOf(query: URLSearchParams, { from, to }: Filter) {
  const [first, last] = [parseDate(query.get("from_date")), parseDate(query.get("to_date"))];
  return { from: Math.max(from, first ?? from), to: Math.min(to, last === undefined ? to : last + 999) };
}

/** Returns a message as the API writes it. */
function apiRow(row: MessageRow): Record<string, unknown> {
  return {
    message_id: row.message_id,
    source_number: row.source,
    destination_number: row.destination,
    direction: row.direction,
    fragments: row.fragments,
    cost: row.cost === null ? null : toDecimal(row.cost),
    status_id: row.status === 0 ? row.status_id : String(row.status),
    error_message: row.error,
    processed_date: row.dated
      ? new Date(row.at)
          .toISOString()
          .replace("T", " ")
          .replace(/(\.000)?Z$/, "")
      : null,
    transaction_id: row.transaction_id,
    text: row.text,
  };
}
