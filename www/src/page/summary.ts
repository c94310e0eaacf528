/** Converts the library's summaries of sent and of received messages to the page's. */
import type { TopList as LibraryTopList, SmsHistorySummary, StatusTotals } from "voximplant-sms-history";
import { sum } from "./decimal.js";
import type {
  Bucket,
  DirectionFigures,
  Figures,
  Outcomes,
  SenderFigures,
  Status,
  Summary,
  TopList,
} from "./source.js";

/** The number of entries that a top list shows. */
export const TOP = 10;
/** The most entries of the library's lists. An exact list has all values within it, so that they can be counted. */
export const ALL_VALUES = 8192;

const NOTHING: DirectionFigures = {
  count: 0,
  fragments: 0,
  cost: "0",
  statuses: { success: 0, error: 0, waiting: 0, unknown: 0 },
};

/**
 * @param sent the summary of sent messages, `undefined` if the filter excludes them
 * @param all the number of messages of any direction, if it was requested
 */
export function summaryOf(
  sent: SmsHistorySummary | undefined,
  received: SmsHistorySummary | undefined,
  all: number | undefined,
): Summary {
  const main = sent ?? received;
  const bySender = (sent?.bySourceNumber ?? []).map(({ sourceNumber, totals, success, error, buckets }) => ({
    ...{ ...totals, sender: sourceNumber, statuses: { success, error }, buckets },
  }));
  const counted = (sent?.totals.count ?? 0) + (received?.totals.count ?? 0);
  return {
    sent: sent ? figuresOf(sent.totals, sent.statuses) : NOTHING,
    received: received ? figuresOf(received.totals, received.statuses) : NOTHING,
    otherDirections: all === undefined ? 0 : Math.max(0, all - counted),
    buckets: bucketsOf(sent, received),
    senders: sent ? topSenders(bySender) : topOf(received?.sourceNumbers),
    recipients: topOf(main?.destinationNumbers),
    errors: errorsOf(main),
    bySender,
  };
}

function figuresOf({ count, fragments, cost }: Figures, statuses: readonly StatusTotals[]): DirectionFigures {
  const counts: Record<Status, number> = { success: 0, error: 0, waiting: 0, unknown: 0 };
  for (const { status, count } of statuses) counts[status ?? "unknown"] += count;
  return { count, fragments, cost, statuses: counts };
}

/** Joins the buckets of both directions. Each list is without gaps, but they may begin and end at other times. */
function bucketsOf(sent: SmsHistorySummary | undefined, received: SmsHistorySummary | undefined): Bucket[] {
  const joined = new Map<number, { -readonly [Key in keyof Bucket]: Bucket[Key] }>();
  for (const [direction, summary] of [
    ["sent", sent],
    ["received", received],
  ] as const) {
    for (const { label, start, statuses, ...figures } of summary?.buckets ?? []) {
      const time = start?.getTime() ?? Number.POSITIVE_INFINITY;
      const bucket = joined.get(time) ?? { label, start, sent: NOTHING, received: NOTHING };
      bucket[direction] = figuresOf(figures, statuses);
      joined.set(time, bucket);
    }
  }
  return [...joined].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, bucket]) => bucket);
}

function topOf({ exact, entries }: LibraryTopList = { exact: true, entries: [] }): TopList {
  return { exact, different: entries.length, entries: entries.slice(0, TOP) };
}

/** All senders with a number or name. */
export function topSenders(bySender: readonly SenderFigures[]): TopList {
  const entries = bySender.flatMap(({ sender, ...figures }) =>
    sender === undefined ? [] : [{ value: sender, ...figures }],
  );
  return { exact: true, different: entries.length, entries };
}

function errorsOf(summary: SmsHistorySummary | undefined): Summary["errors"] {
  if (!summary) return [];
  const { errorCodes, withoutErrorText } = summary;
  const withText = errorCodes.entries.map(({ code, example, count }) => ({ code, example, count }));
  const without = withoutErrorText.count;
  const all = without > 0 ? [...withText, { code: undefined, example: undefined, count: without }] : withText;
  return all.sort((one, other) => other.count - one.count);
}

/** The lengths of the labels of months and days. */
export const MONTH = 7;
export const DAY = 10;

/** Sums buckets by the beginning of their labels. Messages without a date stay apart. */
export function byLabel(buckets: readonly Bucket[], length: number): Bucket[] {
  const groups = new Map<string | undefined, Bucket[]>();
  for (const bucket of buckets) {
    const label = bucket.label?.slice(0, length);
    groups.set(label, [...(groups.get(label) ?? []), bucket]);
  }
  return [...groups].map(([label, group]) => ({
    label,
    start: group[0]?.start,
    sent: total(group.map(({ sent }) => sent)),
    received: total(group.map(({ received }) => received)),
  }));
}

/** Sums figures exactly. */
export function total(figures: readonly DirectionFigures[]): DirectionFigures {
  const count = (of: (one: DirectionFigures) => number) => figures.reduce((all, one) => all + of(one), 0);
  return {
    count: count((one) => one.count),
    fragments: count((one) => one.fragments),
    cost: sum(figures.map(({ cost }) => cost)),
    statuses: {
      success: count(({ statuses }) => statuses.success),
      error: count(({ statuses }) => statuses.error),
      waiting: count(({ statuses }) => statuses.waiting),
      unknown: count(({ statuses }) => statuses.unknown),
    },
  };
}

/** The share of delivered messages among those that were delivered or failed. `undefined` without any. */
export function deliveryRate({ statuses }: { readonly statuses: Readonly<Outcomes> }): number | undefined {
  const finished = statuses.success + statuses.error;
  return finished > 0 ? statuses.success / finished : undefined;
}
