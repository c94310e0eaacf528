import type { SmsHistoryQuery } from "voximplant-sms-history";
import { utc } from "./format.js";

/** What the form asks for, apart from the place in the history. Limits and forms are the library's to check. */
export type Filters = Omit<SmsHistoryQuery, "output" | "offset"> & {
  readonly count: number;
  readonly toDate: string;
};

/** A field of which only a part is filled in, such as a date without a year. The browser gives it out as empty. */
export class IncompleteField extends Error {
  override readonly name = "IncompleteField";

  constructor(readonly parameter: string) {
    super("it is not complete; a date with its time was expected");
  }
}

/** Throws an {@link IncompleteField} rather than to leave out a filter that somebody has begun to set. */
export function readFilters(form: HTMLFormElement, now: Date): Filters {
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && field.validity.badInput) throw new IncompleteField(field.name);
  }
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
