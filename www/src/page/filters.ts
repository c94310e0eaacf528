import type { SmsHistoryQuery } from "voximplant-sms-history";
import { utc } from "./format.js";

/** The query of the form, without the offset. The library validates the values. */
export type Filters = Omit<SmsHistoryQuery, "output" | "offset"> & {
  readonly count: number;
  readonly toDate: string;
};

/** An incomplete field, such as a date without a year. Browsers return an empty value for it. */
export class IncompleteField extends Error {
  override readonly name = "IncompleteField";

  constructor(readonly parameter: string) {
    super("it is not complete; a date with its time was expected");
  }
}

/** Reads the form. Throws an {@link IncompleteField} instead of omitting a filter that is partly filled in. */
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
    // Without an end date, the current time is the end, because later messages would shift the pages.
    toDate: apiTime(value("toDate")) ?? utc(now),
    count: Number(value("count")),
  };
}

/** Converts a field's value `yyyy-MM-ddTHH:mm[:ss]` to the API's form. Both have no zone and mean UTC here. */
function apiTime(local: string | undefined): string | undefined {
  if (local === undefined) return undefined;
  const seconds = local.length === 16 ? ":00" : "";
  return local.replace("T", " ").slice(0, 19) + seconds;
}
