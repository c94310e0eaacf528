/** What did it cost, and for whom? Exact sums by sender and month, and by day and direction. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { LoadStatus } from "../components/load-status.js";
import { NoMessages } from "../components/no-messages.js";
import { saveTable } from "../csv.js";
import { costs, freshness, type Summarized } from "../data.js";
import { sum } from "../decimal.js";
import { bucketLabel, commonPlaces, days, integer, money, party } from "../format.js";
import { t } from "../i18n/index.js";
import { wholeMonths } from "../period.js";
import type { Decimal, Summary } from "../source.js";
import { navigate, state } from "../state/page-state.js";
import { isEmpty, TopNumbers } from "./overview.js";

/** A table of texts and exact amounts. */
export interface CostTable {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
  /** The decimal places of all amounts. */
  readonly places: number;
}

export interface CostRow {
  readonly label: string;
  readonly cells: readonly (number | Decimal)[];
}

/** Tables with more rows scroll. */
const LONG = 40;

export function Costs() {
  const { data, isCurrent, phase } = costs.state.value;
  const tables = useMemo(() => data && [bySenderAndMonth(data), byDayAndDirection(data)], [data]);
  const others = data?.otherDirections ?? 0;
  return (
    <main id="content" aria-busy={phase === "loading"} class={isCurrent ? "" : "stale"}>
      <LoadStatus loader={costs} />
      {data && isCurrent && isEmpty(data) && <NoMessages />}
      {data && tables && !isEmpty(data) && (
        <>
          <p class="quiet">
            {t.costsNote} {others > 0 && t.otherDirections(integer(others), others)}{" "}
            {freshness.value && data.sent.statuses.waiting > 0 && t.undatedWindow}
          </p>
          {tables.map((table) => (
            <Table key={table.name} table={table} />
          ))}
          {state.value.destinationNumber === undefined && <OneNumber data={data} />}
        </>
      )}
    </main>
  );
}

/** The way to the costs of one number: a filter by recipient, which the most frequent ones set by a click. */
function OneNumber({ data }: { data: Summarized }) {
  const { count } = data.direction === "in" ? data.received : data.sent;
  return (
    <div class="one-number">
      <p class="note">{t.costsOfNumber}</p>
      <TopNumbers
        title={t.topRecipients}
        list={data.recipients}
        total={count}
        onSelect={(destinationNumber) => navigate({ destinationNumber })}
      />
    </div>
  );
}

function Table({ table }: { table: CostTable }) {
  const { title, columns, rows, total, places } = table;
  const [saved, setSaved] = useState<CostTable>();
  const save = () => {
    saveTable(table);
    setSaved(table);
  };
  const show = (cell: number | Decimal) => (typeof cell === "number" ? integer(cell) : money(cell, places));
  const cells = (row: CostRow): ComponentChildren =>
    row.cells.map((cell, index) => (
      <td class="number" key={columns[index + 1]}>
        {show(cell)}
      </td>
    ));
  return (
    <section class="costs" aria-label={title}>
      <header>
        <h2>
          {title} <small class="quiet">{t.daysIn(state.value.zone)}</small>
        </h2>
        <p role="status" class="quiet no-print">
          {saved === table && t.saved}
        </p>
        <button type="button" class="no-print" onClick={save}>
          {t.saveTable}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class={`scroll ${rows.length > LONG ? "long" : ""}`} tabIndex={0} aria-label={title}>
        <table data-table={table.name}>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th scope="col" key={column} class={index > 0 ? "number" : ""}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}</th>
                {cells(row)}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{total.label}</th>
              {cells(total)}
            </tr>
          </tfoot>
        </table>
      </section>
    </section>
  );
}

function withCommonPlaces(table: Omit<CostTable, "places">): CostTable {
  const cells = [...table.rows, table.total].flatMap((row) => row.cells);
  return { ...table, places: commonPlaces(cells.filter((cell) => typeof cell === "string")) };
}

function bySenderAndMonth({ buckets, bySender, received, sent }: Summary): CostTable {
  const monthOf = (label: string | undefined) => label?.slice(0, 7);
  const months = [...new Set(buckets.map(({ label }) => monthOf(label)))];
  /** The head of a month's column. A month that is not in the period as a whole is named by its days. */
  const monthName = (month: string | undefined) => {
    const own = buckets.flatMap(({ label }) => (label && monthOf(label) === month ? label : []));
    const [from, to] = [own[0], own.at(-1)];
    return !from || !to || wholeMonths(from, to) === 1 ? bucketLabel(month) : days(from, to);
  };
  const row = (
    label: string,
    entries: readonly { label: string | undefined; cost: Decimal }[],
    total: Decimal,
  ): CostRow => ({
    label,
    cells: [
      ...months.map((month) =>
        sum(entries.filter((entry) => monthOf(entry.label) === month).map(({ cost }) => cost)),
      ),
      total,
    ],
  });
  const rows = [...bySender]
    .sort((one, other) => Number(other.cost) - Number(one.cost))
    .map(({ sender, buckets, cost }) =>
      row(sender === undefined ? t.noSender : party(sender), buckets, cost),
    );
  if (received.count > 0) {
    const entries = buckets.map(({ label, received }) => ({ label, cost: received.cost }));
    rows.push(row(t.receivedTotal, entries, received.cost));
  }
  const entries = buckets.map(({ label, sent, received }) => ({
    label,
    cost: sum([sent.cost, received.cost]),
  }));
  return withCommonPlaces({
    name: "sender-month",
    title: t.bySenderAndMonth,
    columns: [t.sender, ...months.map(monthName), t.total],
    rows,
    total: row(t.total, entries, sum([sent.cost, received.cost])),
  });
}

function byDayAndDirection({ buckets, sent, received, direction }: Summarized): CostTable {
  const cells = (one: Pick<Summary, "sent" | "received">): (number | Decimal)[] => [
    ...(direction === "in" ? [] : [one.sent.count, one.sent.cost]),
    ...(direction === "out" ? [] : [one.received.count, one.received.cost]),
    ...(direction ? [] : [sum([one.sent.cost, one.received.cost])]),
  ];
  return withCommonPlaces({
    name: "day-direction",
    title: t.byDayAndDirection,
    columns: [
      t.day,
      ...(direction === "in" ? [] : [t.sent, t.sentCost]),
      ...(direction === "out" ? [] : [t.received, t.receivedCost]),
      ...(direction ? [] : [t.totalCost]),
    ],
    rows: buckets.map((one) => ({ label: bucketLabel(one.label), cells: cells(one) })),
    total: { label: t.total, cells: cells({ sent, received }) },
  });
}
