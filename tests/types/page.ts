// One page, its messages and its columns; a file; and what must not compile.
import {
  SmsHistoryFile,
  SmsHistoryPage,
  type SmsHistoryPageJson,
  type SmsHistoryTotals,
  type SmsMessage,
  type SmsMessageJson,
} from "voximplant-sms-history";
import type { Is, Same } from "./same.js";

export type Results = [
  Is<
    Same<
      SmsMessage,
      {
        readonly messageId: number | undefined;
        readonly sourceNumber: string | undefined;
        readonly destinationNumber: string | undefined;
        readonly direction: "in" | "out" | "unknown" | undefined;
        readonly rawDirection: string | undefined;
        readonly fragments: number | undefined;
        readonly cost: number | undefined;
        readonly status: "success" | "error" | "waiting" | "unknown" | undefined;
        readonly statusId: string | undefined;
        readonly errorMessage: string | undefined;
        readonly processedDate: Date | undefined;
        readonly transactionId: number | undefined;
        readonly text: string | undefined;
      }
    >
  >,
  Is<
    Same<SmsHistoryTotals, { readonly count: number; readonly fragments: number; readonly cost: `${number}` }>
  >,
];

export function look(page: SmsHistoryPage): SmsMessage[] {
  const [length, last, costs] = [page.length, page.at(-1), page.column("cost")];
  const [words, texts] = [page.column("status"), page.column("text")];
  const json = page.toJSON();
  true satisfies Is<Same<typeof length, number>>;
  true satisfies Is<Same<typeof last, SmsMessage | undefined>>;
  true satisfies Is<Same<typeof costs, Float64Array<ArrayBuffer>>>;
  true satisfies Is<Same<typeof words, SmsMessage["status"][]>>;
  true satisfies Is<Same<typeof texts, (string | undefined)[]>>;
  true satisfies Is<Same<typeof json.messages, SmsMessage[]>>;
  true satisfies Is<Same<typeof page.totalCount, number | undefined>>;
  true satisfies Is<Same<typeof page.cursor, string | undefined>>;
  true satisfies Is<Same<typeof page.totals, SmsHistoryTotals>>;
  for (const message of page) message.processedDate?.toISOString();

  const rows = page.toRows(["messageId", "processedDate", "cost"]);
  true satisfies Is<Same<typeof rows, (string | number | null)[][]>>;
  const parsed: SmsHistoryPageJson = JSON.parse(JSON.stringify(page));
  true satisfies Is<Same<SmsMessageJson["processedDate"], string | null | undefined>>;
  true satisfies Is<Same<SmsMessageJson["cost"], number | null | undefined>>;
  for (const restored of [SmsHistoryPage.fromJSON(parsed), SmsHistoryPage.fromJSON(json)])
    true satisfies Is<Same<typeof restored, SmsHistoryPage>>;

  // @ts-expect-error: no such column
  page.toRows(["price"]);
  // @ts-expect-error: an array of columns
  page.toRows("cost");
  // @ts-expect-error: a page has totals
  SmsHistoryPage.fromJSON({ messages: [] });
  // @ts-expect-error: rows are had by `at()`, iteration and `toArray()`
  page[0];
  // @ts-expect-error: there may be no such row
  page.at(0).text;
  // @ts-expect-error: no such column
  page.column("price");
  // @ts-expect-error: a page is read, not written
  page.length = 0;
  // @ts-expect-error: there is nothing to free
  page.free();
  // @ts-expect-error: pages are read, not made
  new SmsHistoryPage();
  return [...page, ...page.toArray()];
}

export function message(row: SmsMessage): void {
  // @ts-expect-error: a message may have no text
  row.text.length;
  // @ts-expect-error: a time is a Date
  row.processedDate?.startsWith("2026");
  // @ts-expect-error: a phone number is a text
  row.sourceNumber satisfies number | undefined;
  // @ts-expect-error: names are in camelCase
  row.message_id;
  // @ts-expect-error: no such word
  row.status === "failed";
  // @ts-expect-error: a row is read, not written
  row.cost = 0;
}

export async function save(file: SmsHistoryFile): Promise<Response> {
  const [buffer, bytes, text, blob] = [file.arrayBuffer(), file.bytes(), file.text(), file.blob()];
  true satisfies Is<Same<typeof file.name, string | undefined>>;
  true satisfies Is<Same<typeof file.type, string>>;
  true satisfies Is<Same<typeof buffer, Promise<ArrayBuffer>>>;
  true satisfies Is<Same<typeof bytes, Promise<Uint8Array<ArrayBuffer>>>>;
  true satisfies Is<Same<typeof text, Promise<string>>>;
  true satisfies Is<Same<typeof blob, Promise<Blob>>>;
  // @ts-expect-error: files are downloaded, not made
  new SmsHistoryFile();
  // @ts-expect-error: the API may give no name
  file.name.length;
  return new Response(file.body, { headers: { "Content-Type": file.type } });
}
