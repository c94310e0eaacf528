import { type ExportOptions, SmsHistoryClient, type SmsMessage } from "voximplant-sms-history/edge";
import { serveHistory } from "../served-history.js";
import type { Answers } from "./answers.js";
import type { Filter } from "./filter.js";
import { type MessageRow, toMessage } from "./schema.js";

/**
 * Writes the messages of a filter as a file with a trailer. The library writes it: the archive answers its requests in place of the
 * API, so both files have the same form and the same safeguards.
 */
export function openExport(
  answers: Answers,
  filter: Filter,
  options: Pick<ExportOptions, "format" | "delimiter" | "byteOrderMark">,
  redact: (message: SmsMessage) => Promise<SmsMessage>,
) {
  const counts = new Map<string, number>();
  const fetch = serveHistory(async ({ from, to, offset, count: limit }) => {
    const part = { ...filter, from: Math.max(from, filter.from), to: Math.min(to, filter.to) };
    const key = `${part.from} ${part.to}`;
    const total = counts.get(key) ?? (await answers.count(part));
    counts.set(key, total);
    const rows: MessageRow[] = await answers.list(part, { limit, offset });
    return { messages: await Promise.all(rows.map((row) => redact(toMessage(row)))), total };
  });
  const client = new SmsHistoryClient({ token: "archive", fetch });
  const query = { fromDate: new Date(filter.from), toDate: new Date(filter.to) };
  return client.openExport(query, { ...options, trailer: true });
}
