/** Are we delivering? The figures, compared with the period before, charts and top lists. */
import { computed } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Canvas, Chart, type Series } from "../components/chart.js";
import { LoadStatus } from "../components/load-status.js";
import { NoMessages } from "../components/no-messages.js";
import { type Column, TopTable } from "../components/top-table.js";
import { freshness, previousSummary, type Summarized, summary } from "../data.js";
import { sum } from "../decimal.js";
import {
  bucketLabel,
  commonPlaces,
  days,
  integer,
  money,
  party,
  percent,
  signedNumber,
  signedPercent,
  timeOfDay,
  withoutParties,
} from "../format.js";
import { t } from "../i18n/index.js";
import { monthRange } from "../period.js";
import type { Bucket, DirectionFigures, ErrorEntry, Status, Summary, TopEntry, TopList } from "../source.js";
import { bucket, linkTo, navigate, oldestDay, period, previous, state } from "../state/page-state.js";
import type { PageState } from "../state/url.js";
import { byLabel, DAY, deliveryRate, MONTH, TOP } from "../summary.js";

const BUCKETS = ["auto", "hour", "day", "month"] as const;

export function Overview() {
  const { data, isCurrent, phase } = summary.state.value;
  // Beside the data, instead of after it.
  useEffect(() => void Canvas.preload(), []);
  return (
    <main id="content" aria-busy={phase === "loading"} class={isCurrent ? "" : "stale"}>
      <LoadStatus loader={summary} />
      {data && <Figures data={data} />}
      {data && isCurrent && isEmpty(data) && <NoMessages />}
      {data && !isEmpty(data) && (
        <>
          <Charts data={data} />
          <Tops data={data} />
        </>
      )}
    </main>
  );
}

export function isEmpty({ sent, received, otherDirections }: Summary): boolean {
  return sent.count + received.count + otherDirections === 0;
}

/** The direction in the filter of the figures, which may be the filter before. */
const shownDirection = computed(() => summary.state.value.data?.direction);

/** The figures that status and delivery are about: of sent messages, unless the reader looks at received ones only. */
function mainOf({ sent, received }: Pick<Summary, "sent" | "received">): DirectionFigures {
  return shownDirection.value === "in" ? received : sent;
}

function Figures({ data }: { data: Summarized }) {
  const { data: before, isCurrent } = previousSummary.state.value;
  const compared =
    previous.value && before && isCurrent && summary.state.value.isCurrent ? before : undefined;
  const of = data.direction === "in" ? t.ofReceived : t.ofSent;
  const count = (read: (one: Summary) => number) => ({
    value: integer(read(data)),
    change: compared && change(read(data), read(compared)),
    before: compared && integer(read(compared)),
  });
  const rate = deliveryRate(mainOf(data));
  const rateBefore = compared && deliveryRate(mainOf(compared));
  const cost = (one: Summary) => sum([one.sent.cost, one.received.cost]);
  const places = commonPlaces([data, ...(compared ? [compared] : [])].map(cost));
  return (
    <>
      <dl class="tiles">
        <Tile name={t.sent} {...count(({ sent }) => sent.count)} />
        <Tile name={t.received} {...count(({ received }) => received.count)} />
        <Tile
          name={t.delivered}
          hint={t.deliveredHint}
          value={percent(rate)}
          change={
            rate !== undefined && rateBefore !== undefined
              ? t.points(signedNumber((rate - rateBefore) * 100))
              : undefined
          }
          before={compared && percent(rateBefore)}
        />
        <Tile name={t.failed} hint={of} status="error" {...count((one) => mainOf(one).statuses.error)} />
        <Tile name={t.waiting} hint={of} status="waiting" {...count((one) => mainOf(one).statuses.waiting)} />
        <Tile
          name={t.cost}
          hint={data.direction ? of : t.allDirections}
          value={money(cost(data), places)}
          change={compared && change(Number(cost(data)), Number(cost(compared)))}
          before={compared && money(cost(compared), places)}
        />
      </dl>
      <div class="below-tiles">
        <Comparison />
        <BucketSelect />
      </div>
      {data.otherDirections > 0 && (
        <p class="note">{t.otherDirections(integer(data.otherDirections), data.otherDirections)}</p>
      )}
    </>
  );
}

function BucketSelect() {
  return (
    <label class="bucket">
      <span>{t.bucketLabel}</span>
      <select
        name="bucket"
        value={state.value.bucket}
        onChange={(event) => navigate({ bucket: event.currentTarget.value as (typeof BUCKETS)[number] })}
      >
        {BUCKETS.map((name) => (
          <option key={name} value={name}>
            {t.buckets[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Which period the figures are compared with, and whether that is still read. It is read after the figures. */
function Comparison() {
  const [figures, before] = [summary.state.value, previousSummary.state.value];
  if (!previous.value)
    return (
      <p class="quiet comparison">
        {oldestDay.value && t.noDataBefore(days(oldestDay.value, oldestDay.value))}
      </p>
    );
  const { from, to, toDate, isOpen } = previous.value;
  const isRead = figures.phase === "ready";
  const { phase } = isRead ? before : figures;
  const isFailed = phase === "failed" || phase === "cancelled";
  const isCompared = figures.isCurrent && before.isCurrent && phase !== "loading";
  return (
    <p class="quiet comparison">
      {t.comparedWith(days(from, to))}
      {isOpen && `, ${t.upTo(timeOfDay(toDate))}`}
      {!isCompared && `, ${isFailed ? t.noComparison : t.comparing}`}
      {isRead && isFailed && (
        <button type="button" class="link" onClick={() => previousSummary.retry()}>
          {t.tryAgain}
        </button>
      )}
    </p>
  );
}

interface TileProps {
  name: string;
  value: string;
  hint?: string | undefined;
  change: string | undefined;
  before: string | undefined;
  /** The status of the messages that the value leads to. */
  status?: Status | undefined;
}

function Tile({ name, value, hint, change, before, status }: TileProps) {
  const link = status && linkTo(messagesWith(status));
  return (
    <div class="tile" data-figure={name}>
      <dt>
        {name} {hint && <small>{hint}</small>}
      </dt>
      <dd>
        <strong>
          {link ? (
            <a href={link.href} onClick={link.onClick} aria-label={t.showThese(value, name)}>
              {value}
            </a>
          ) : (
            value
          )}
        </strong>
        <small>
          {change && <b>{change}</b>} {before !== undefined && t.before(before)}
        </small>
      </dd>
    </div>
  );
}

/** The messages that a figure counts. */
function messagesWith(status: Status): Partial<PageState> {
  const { direction = "out" } = state.value;
  return {
    ...{ view: "messages", status, direction },
    ...{ party: undefined, code: undefined, text: undefined },
  };
}

/** A larger change says that there was hardly anything before. */
const MAX_CHANGE = 10;

/** The change in percent: `+12.5%`. Without anything before, there is none. */
function change(now: number, before: number): string | undefined {
  if (before === 0) return undefined;
  const share = (now - before) / before;
  return share > MAX_CHANGE ? t.none : signedPercent(share);
}

function Charts({ data }: { data: Summarized }) {
  const isMonth = bucket.value === "month";
  const charts = useMemo(() => chartsOf(data, isMonth), [data, isMonth]);
  const { buckets, labels, axisLabels, volume, rates, undated } = charts;
  const { lowest, highest } = useMemo(() => extremesOf(data), [data]);
  const counted = data.direction ? "" : ` (${t.allDirections})`;
  const select = (index: number) => zoomTo(buckets[index]);
  const selectName = (label: string) => t.showOnly(label);
  return (
    <>
      <div class="charts">
        <Chart
          title={t.messagesOverTime}
          {...{ labels, axisLabels, selectName }}
          series={volume}
          onSelect={select}
        >
          {highest && (
            <Extreme one={highest} text={t.highest(integer(countOf(highest)), counted, nameOf(highest))} />
          )}
        </Chart>
        <Chart
          title={t.deliveryOverTime}
          {...{ labels, axisLabels, selectName }}
          series={rates}
          max={1}
          onSelect={select}
        >
          {lowest && (
            <Extreme
              one={lowest}
              text={t.lowest(MIN_COUNT, percent(deliveryRate(mainOf(lowest))), nameOf(lowest))}
            />
          )}
        </Chart>
      </div>
      {undated > 0 && <p class="note">{t.undatedNote(integer(undated), undated)}</p>}
      {freshness.value && mainOf(data).statuses.waiting > 0 && <p class="note">{t.undatedWindow}</p>}
    </>
  );
}

function Extreme({ one, text }: { one: Bucket; text: string }) {
  return (
    <p class="note">
      <button type="button" class="link" onClick={() => zoomTo(one)}>
        {text}
      </button>
    </p>
  );
}

const nameOf = ({ label }: Bucket) => bucketLabel(label);
const countOf = ({ sent, received }: Bucket) => sent.count + received.count;

/** Fewer messages say little about the delivery of a day. */
const MIN_COUNT = 20;

/** The day with the lowest delivery rate and the one with the most messages, whatever the chart shows; of a single day, the hours. */
function extremesOf(data: Summary) {
  const { from, to } = period.value;
  const isDay = from.slice(0, DAY) === to.slice(0, DAY);
  const all = isDay ? data.buckets : byLabel(data.buckets, DAY);
  const dated = all.filter(({ start }) => start !== undefined);
  const known = dated.filter(
    (one) => mainOf(one).count >= MIN_COUNT && deliveryRate(mainOf(one)) !== undefined,
  );
  return {
    lowest: most(known, (one) => -(deliveryRate(mainOf(one)) ?? 0)),
    highest: most(dated, countOf),
  };
}

/** The first bucket with the largest value. */
function most(buckets: readonly Bucket[], read: (one: Bucket) => number): Bucket | undefined {
  return buckets.reduce<Bucket | undefined>(
    (best, one) => (best && read(best) >= read(one) ? best : one),
    undefined,
  );
}

function chartsOf(data: Summary, isMonth: boolean) {
  const all = isMonth ? byLabel(data.buckets, MONTH) : data.buckets;
  const buckets = all.filter(({ start }) => start !== undefined);
  const undated = all.find(({ start }) => start === undefined);
  const isReceived = shownDirection.value === "in";
  const names = isReceived ? t.receivedStatuses : t.statuses;
  const statuses: [Status, string][] = [
    ["success", "good"],
    ["waiting", "wait"],
    ["error", "bad"],
    ["unknown", "other"],
  ];
  const used = statuses.filter(
    ([status]) => status !== "unknown" || buckets.some((one) => mainOf(one).statuses.unknown),
  );
  const costs = buckets.map(({ sent, received }) => sum([sent.cost, received.cost]));
  const places = commonPlaces(costs);
  const volume: Series[] = used.map(([status, colour]) => ({
    label: names[status],
    colour,
    kind: "bar",
    values: buckets.map((one) => mainOf(one).statuses[status]),
    format: integer,
  }));
  if (!isReceived && data.received.count > 0) {
    const values = buckets.map(({ received }) => received.count);
    volume.push({ label: t.received, colour: "in", kind: "bar", values, format: integer });
  }
  volume.push({
    label: t.cost,
    colour: "cost",
    kind: "line",
    values: costs.map(Number),
    format: (value) => money(value.toFixed(2)),
    texts: costs.map((cost) => money(cost, places)),
  });
  const shares = buckets.map((one) => deliveryRate(mainOf(one)));
  const rates: Series[] = [
    {
      label: t.delivered,
      colour: "good",
      kind: "line",
      values: shares.map((share) => share ?? null),
      format: (share) => percent(share),
    },
  ];
  return {
    buckets,
    labels: buckets.map(({ label }) => bucketLabel(label)),
    axisLabels: buckets.map(({ label }) => bucketLabel(label, true)),
    volume,
    rates,
    undated: undated ? undated.sent.count + undated.received.count : 0,
  };
}

/** Makes a bucket the range. */
function zoomTo(one: Bucket | undefined): void {
  const label = one?.label;
  if (label === undefined) return;
  if (label.length === 7) navigate({ ...monthRange(label), bucket: "auto" });
  else if (label.length === 10) navigate({ from: label, to: label, bucket: "auto" });
  else navigate({ from: `${label}:00`, to: `${label}:59`, bucket: "auto" });
}

function Tops({ data }: { data: Summary }) {
  const { senders, recipients, errors } = data;
  const failed = mainOf(data).statuses.error;
  const codeName = ({ code }: ErrorEntry) => (code === undefined ? t.withoutCode : String(code));
  return (
    <div class="tops">
      <TopNumbers
        title={t.topSenders}
        list={senders}
        total={mainOf(data).count}
        onSelect={(sourceNumber) => navigate({ sourceNumber })}
      />
      <TopNumbers
        title={t.topRecipients}
        list={recipients}
        total={mainOf(data).count}
        onSelect={(destinationNumber) => navigate({ destinationNumber })}
      />
      <TopTable
        title={t.errorCodes}
        entries={errors.slice(0, TOP)}
        heading={t.code}
        name={codeName}
        label={(one) =>
          t.filterBy(one.code === undefined ? t.withoutCode : t.chip(t.errorCode, codeName(one)))
        }
        onSelect={({ code }) =>
          navigate({ view: "messages", status: "error", code: code === undefined ? "none" : String(code) })
        }
        columns={[
          {
            heading: t.errorMeaning,
            isText: true,
            cell: ({ example }) => (example === undefined ? t.noErrorText : withoutParties(example)),
          },
          { heading: t.messages, cell: ({ count }) => integer(count) },
          {
            heading: t.share,
            cell: ({ count }) => percent(failed > 0 ? Math.min(1, count / failed) : undefined),
          },
        ]}
        empty={t.noErrors}
        note={[shownOf(errors.length), t.noMeanings].filter(Boolean).join(" · ")}
      />
    </div>
  );
}

/** How many of all values a list shows, unless it is all of them. */
const shownOf = (all: number) => (all > TOP ? t.firstOf(integer(TOP), integer(all)) : undefined);

interface TopNumbersProps {
  title: string;
  list: TopList;
  /** The number of all messages, for shares. */
  total: number;
  onSelect: (value: string) => void;
}

/** The numbers or names that occur most often, or those of them whose messages fail most. */
export function TopNumbers({ title, list, total, onSelect }: TopNumbersProps) {
  const [isWorstFirst, setWorstFirst] = useState(false);
  const isDeliveryKnown = list.entries.some(({ statuses }) => statuses);
  const isByDelivery = isDeliveryKnown && isWorstFirst;
  const sorted = isByDelivery
    ? [...list.entries].sort((one, other) => (rateOf(one) ?? 1) - (rateOf(other) ?? 1))
    : list.entries;
  const entries = sorted.slice(0, TOP);
  const places = commonPlaces(entries.map(({ cost }) => cost));
  const counts: Column<TopEntry> = { heading: t.messages, cell: ({ count }) => integer(count) };
  const rates: Column<TopEntry> = { heading: t.delivered, cell: (entry) => percent(rateOf(entry)) };
  if (isDeliveryKnown) {
    counts.sort = { order: "descending", isCurrent: !isByDelivery, apply: () => setWorstFirst(false) };
    rates.sort = { order: "ascending", isCurrent: isByDelivery, apply: () => setWorstFirst(true) };
  }
  return (
    <TopTable
      title={title}
      entries={entries}
      heading={t.numberOf}
      name={({ value }) => party(value)}
      label={({ value }) => t.filterBy(party(value))}
      onSelect={({ value }) => onSelect(value)}
      columns={[
        counts,
        {
          heading: t.share,
          isMinor: isDeliveryKnown,
          cell: ({ count }) => percent(total > 0 ? count / total : undefined),
        },
        ...(isDeliveryKnown ? [rates] : []),
        { heading: t.cost, cell: ({ cost }) => money(cost, places) },
      ]}
      empty={t.none}
      note={list.exact ? shownOf(list.different) : t.estimated}
    />
  );
}

const rateOf = ({ statuses }: TopEntry) => statuses && deliveryRate({ statuses });
