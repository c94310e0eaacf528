// What to look for: every parameter, each also as `undefined`, and what must not compile.
import type {
  HistoryQuery,
  Instant,
  SmsHistoryClient,
  SmsHistoryFile,
  SmsHistoryFileQuery,
  SmsHistoryPage,
  SmsHistoryQuery,
} from "voximplant-sms-history";
import type { Is, Same } from "./same.js";

export const all: SmsHistoryQuery = {
  sourceNumber: "+1 (555) 010-0000",
  destinationNumber: "15550100001",
  direction: "in",
  count: 1_000,
  offset: 0,
  fromDate: new Date(0),
  toDate: "2026-03-01T12:00:00+03:00",
  extra: { some_parameter: "text", another: 5 },
  output: "json",
};
export const none: SmsHistoryQuery = {
  sourceNumber: undefined,
  destinationNumber: undefined,
  direction: undefined,
  count: undefined,
  offset: undefined,
  fromDate: undefined,
  toDate: undefined,
  extra: undefined,
  output: undefined,
};
/** As databases give what is not there. */
export const nulls: SmsHistoryQuery = {
  sourceNumber: null,
  destinationNumber: null,
  direction: null,
  count: null,
  offset: null,
  fromDate: null,
  toDate: null,
  extra: null,
  output: null,
};
export const withoutValue: SmsHistoryQuery = { extra: { some_parameter: null, another: undefined } };
export const nullsOfHistory: HistoryQuery = { sourceNumber: null as string | null };
export const nullsOfFile: SmsHistoryFileQuery = { output: "csv", toDate: null };
export const directions: SmsHistoryQuery["direction"][] = ["in", "out", "IN", "OUT"];
/** As a `Temporal.Instant` has it. */
export const instants: Instant[] = [new Date(), "2026-03-01 12:00:00", { epochMilliseconds: 0 }];
export const history: HistoryQuery = { count: 500, direction: "out" };
export const file: SmsHistoryFileQuery = { output: "xls", count: 10 };

export async function read(client: SmsHistoryClient, signal: AbortSignal): Promise<void> {
  const page = await client.getSmsHistory();
  await client.getSmsHistory(all);
  await client.getSmsHistory({}, {});
  await client.getSmsHistory(undefined, { signal });
  await client.getSmsHistory({ direction: "in" }, { signal: undefined });
  const csv = await client.download({ ...all, output: "csv" }, { signal });
  type Results = [Is<Same<typeof page, SmsHistoryPage>>, Is<Same<typeof csv, SmsHistoryFile>>];
  void ([true, true] satisfies Results);

  // @ts-expect-error: a signal is not the options
  await client.getSmsHistory({}, signal);
  // @ts-expect-error: what ends a call is a signal, not its controller
  await client.getSmsHistory({}, { signal: new AbortController() });
  // @ts-expect-error: files are downloaded
  await client.getSmsHistory({ output: "csv" });
  // @ts-expect-error: JSON is read
  await client.download({ output: "json" });
  // @ts-expect-error: the form of a file has no default
  await client.download({});
  // @ts-expect-error: nor is it nothing
  await client.download({ output: null });
}

// @ts-expect-error: a phone number is a text: a number would lose its zeros
export const number: SmsHistoryQuery = { sourceNumber: 15550100000 };
// @ts-expect-error: the API's words
export const direction: SmsHistoryQuery = { direction: "inbound" };
// @ts-expect-error: a number
export const count: SmsHistoryQuery = { count: "10" };
// @ts-expect-error: milliseconds alone are no time: seconds are as likely
export const date: SmsHistoryQuery = { fromDate: 0 };
// @ts-expect-error: names are in camelCase
export const name: SmsHistoryQuery = { from_date: new Date() };
// @ts-expect-error: texts and numbers
export const extra: SmsHistoryQuery = { extra: { a: true } };
// @ts-expect-error: a history goes on at a cursor
export const offset: HistoryQuery = { offset: 10 };
// @ts-expect-error: a query is read, not written
all.count = 5;
