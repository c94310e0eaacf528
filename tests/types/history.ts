// Whole histories: every option, what comes back, and what must not compile.
import type {
  DecimalString,
  ErrorCodeTotals,
  ExportOptions,
  HistoryExport,
  HistoryOptions,
  Progress,
  SmsHistoryClient,
  SmsHistoryPage,
  SmsHistorySummary,
  SmsHistoryTotals,
  SmsMessage,
  SourceNumberTotals,
  SummaryOptions,
  TopEntry,
} from "voximplant-sms-history";
import type { Is, Same } from "./same.js";

type Whole = SmsHistorySummary["totals"];
type Bucket = SmsHistorySummary["buckets"][number];
type Direction = SmsHistorySummary["directions"][number];
type Status = SmsHistorySummary["statuses"][number];
type Numbers = SmsHistorySummary["sourceNumbers"];

export type Results = [
  Is<Same<Whole["count" | "fragments"], number>>,
  Is<Same<Whole["cost"], DecimalString>>,
  Is<Same<DecimalString, `${number}`>>,
  Is<Same<SmsHistorySummary["bucket"], "hour" | "day" | "month">>,
  Is<Same<Bucket["label"], string | undefined>>,
  Is<Same<Bucket["start"], Date | undefined>>,
  Is<Same<Bucket["cost"], DecimalString>>,
  Is<Same<Bucket["directions"], readonly Direction[]>>,
  Is<Same<Bucket["statuses"], readonly Status[]>>,
  Is<Same<SmsHistorySummary["errorCodes"]["entries"], readonly ErrorCodeTotals[]>>,
  Is<Same<SmsHistorySummary["errorCodes"]["exact"], boolean>>,
  Is<Same<ErrorCodeTotals["code"], number | undefined>>,
  Is<Same<ErrorCodeTotals["example"], string>>,
  Is<Same<SmsHistorySummary["withoutErrorText"], SmsHistoryTotals>>,
  Is<Same<SmsHistorySummary["bySourceNumber"], readonly SourceNumberTotals[] | undefined>>,
  Is<Same<SourceNumberTotals["sourceNumber"], string | undefined>>,
  Is<Same<keyof SourceNumberTotals["buckets"][number], "label" | "start" | "count" | "fragments" | "cost">>,
  Is<Same<Direction["direction"], "in" | "out" | "unknown" | undefined>>,
  Is<Same<Direction["raw"], string | undefined>>,
  Is<Same<Status["status"], "success" | "error" | "waiting" | "unknown" | undefined>>,
  Is<Same<Status["raw"], string | undefined>>,
  Is<Same<Numbers["exact"], boolean>>,
  Is<Same<Numbers["entries"], readonly TopEntry[]>>,
  Is<Same<SmsHistorySummary["destinationNumbers"], Numbers>>,
  Is<Same<SmsHistorySummary["errorMessages"], Numbers>>,
  Is<
    Same<
      TopEntry,
      {
        readonly value: string;
        readonly count: number;
        readonly countError: number;
        readonly fragments: number;
        readonly cost: DecimalString;
      }
    >
  >,
  Is<
    Same<
      Progress,
      {
        readonly call: number;
        readonly read: number;
        readonly total: number;
        readonly rowsPerSecond: number;
        readonly remainingMs: number;
      }
    >
  >,
];

const whole: HistoryOptions = { limit: 10_000, cursor: "where it ended", concurrency: 2, signal: undefined };
export const summary: SummaryOptions = {
  ...whole,
  bucket: "hour",
  timeZone: "Europe/Berlin",
  top: 100,
  emptyBuckets: true,
  by: "sourceNumber",
  onProgress: ({ read, total }) => void (read / total),
};
export const noSummary: SummaryOptions = {
  bucket: undefined,
  timeZone: undefined,
  top: undefined,
  emptyBuckets: undefined,
  by: undefined,
  onProgress: undefined,
  limit: undefined,
  cursor: undefined,
  concurrency: undefined,
};
export const file: ExportOptions = {
  ...whole,
  format: "ndjson",
  columns: ["messageId", "cost"],
  neutralizeFormulas: false,
  byteOrderMark: true,
  delimiter: ";",
  trailer: true,
};
export const noFile: ExportOptions = {
  format: undefined,
  columns: undefined,
  neutralizeFormulas: undefined,
  byteOrderMark: undefined,
  delimiter: undefined,
  trailer: undefined,
};

export async function read(client: SmsHistoryClient, signal: AbortSignal): Promise<number> {
  let rows = 0;
  for await (const page of client.pages({ direction: "in" }, { ...whole, signal })) {
    true satisfies Is<Same<typeof page, SmsHistoryPage>>;
    rows += page.length;
  }
  const messages = client.messages();
  for await (const message of messages) {
    true satisfies Is<Same<typeof message, SmsMessage>>;
    break;
  }
  await messages.return?.();
  const { done, value } = await messages.next();
  true satisfies Is<Same<typeof value, SmsMessage | undefined>>;
  const sums = await client.summarize({ direction: "in" }, summary);
  true satisfies Is<Same<typeof sums, SmsHistorySummary>>;
  const bill = await client.summarize({ direction: "out" }, { bucket: "month", by: "sourceNumber" });
  for (const { totals, success, error, buckets } of bill.bySourceNumber) {
    true satisfies Is<Same<typeof totals, SmsHistoryTotals>>;
    (success + error) satisfies number;
    for (const { start } of buckets) true satisfies Is<Same<typeof start, Date | undefined>>;
  }
  const stream = client.exportHistory({}, file);
  const first = await stream.getReader().read();
  if (first.value) true satisfies Is<Same<typeof first.value, Uint8Array<ArrayBuffer>>>;
  await new Response(client.exportHistory()).text();
  const opened = await client.openExport({ direction: "in" }, file);
  true satisfies Is<Same<typeof opened, HistoryExport>>;
  new Response(opened.body, { headers: { "Content-Type": opened.type, "X-Rows": `${opened.total}` } });
  true satisfies Is<Same<typeof opened.total, number | undefined>>;
  (await opened.done).rows satisfies number;
  return done ? rows : sums.totals.count;
}

export function refused(client: SmsHistoryClient, summed: SmsHistorySummary): void {
  // @ts-expect-error: it is read with `for await`
  for (const _ of client.messages()) break;
  // @ts-expect-error: a history starts at its first message
  client.pages({ offset: 5 });
  // @ts-expect-error: no such option
  client.pages({}, { pageSize: 5 });
  // @ts-expect-error: a number
  client.messages({}, { limit: "10" });
  // @ts-expect-error: a text, not the page that has it
  client.messages({}, { cursor: { cursor: "" } });
  // @ts-expect-error: no such length
  client.summarize({}, { bucket: "week" });
  // @ts-expect-error: sums are by sender only
  client.summarize({}, { by: "destinationNumber" });
  // @ts-expect-error: absent without the option `by`
  summed.bySourceNumber.length;
  // @ts-expect-error: a zone has a name
  client.summarize({}, { timeZone: 180 });
  // @ts-expect-error: the API's files are downloaded
  client.exportHistory({}, { format: "xls" });
  // @ts-expect-error: no such field
  client.exportHistory({}, { columns: ["price"] });
  // @ts-expect-error: it is a promise
  client.openExport({}).body;
  // @ts-expect-error: no such delimiter
  client.openExport({}, { delimiter: "|" });
  // @ts-expect-error: costs are exact, so they are no numbers
  summed.totals.cost.toFixed(2);
  // @ts-expect-error: there may be no such bucket
  summed.buckets[0].cost.length;
  // @ts-expect-error: results are read, not written
  summed.buckets.push(summed.totals);
}
