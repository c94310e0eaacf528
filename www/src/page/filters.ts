import type { SmsHistoryQuery } from "voximplant-sms-history";
import { utc } from "./format.js";

/** What the form asks for, apart from the place in the history. Limits and forms are the library's to check. */
export type Filters = Omit<SmsHistoryQuery, "output" | "offset"> & {
  readonly count: number;
  readonly toDate: string;
};

export function readFilters(form: HTMLFormElement, now: Date): Filters {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name) ?? "").trim() || undefined;
  return {
    sourceNumber: value("sourceNumber"),
    destinationNumber: value("destinationNumber"),
    direction: value("direction") as "in" | "out" | undefined,
    fromDate: apiTime(value("fromDate")),
    // An open end is closed here and now: messages that come later would shift the pages under the reader.
    toDate: apiTime(value("toDate")) ?? utc(now),
    count: Number(value("count")),
  };
}

/** `yyyy-MM-ddTHH:mm[:ss]`, as the browser's field has it, in the API's form. Neither has a zone: both mean UTC here. */
function apiTime(local: string | undefined): string | undefined {
  if (local === undefined) return undefined;
  const seconds = local.length === 16 ? ":00" : "";
  return local.replace("T", " ").slice(0, 19) + seconds;
}
