export interface Column<Entry> {
  heading: string;
  cell: (entry: Entry) => string;
  /** Whether the cells are sentences, not numbers. */
  isText?: boolean;
  /** Whether a phone leaves the column out. */
  isMinor?: boolean;
  /** How a click sorts by the column, and whether it does. */
  sort?: { order: "ascending" | "descending"; isCurrent: boolean; apply: () => void };
}

interface TopTableProps<Entry> {
  title: string;
  entries: readonly Entry[];
  /** The heading of the first column, and what it names an entry. */
  heading: string;
  name: (entry: Entry) => string;
  /** The other columns. */
  columns: readonly Column<Entry>[];
  /** The label of the button that filters by an entry. */
  label: (entry: Entry) => string;
  onSelect: (entry: Entry) => void;
  /** Shown instead of a table without entries. */
  empty: string;
  note?: string | undefined;
}

/** What occurs most often. A click filters by an entry. */
export function TopTable<Entry>(props: TopTableProps<Entry>) {
  const { title, entries, heading, name, columns, label, onSelect, empty, note } = props;
  return (
    <section class="top" aria-label={title}>
      <h2>{title}</h2>
      {entries.length === 0 ? (
        <p class="quiet">{empty}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{heading}</th>
              {columns.map(({ heading, sort, ...column }) => (
                <th
                  key={heading}
                  scope="col"
                  class={column.isText ? "" : classOf(column)}
                  aria-sort={sort?.isCurrent ? sort.order : undefined}
                >
                  {sort ? (
                    <button type="button" class="link" onClick={sort.apply}>
                      {heading}
                    </button>
                  ) : (
                    heading
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, index) => (
              <tr key={index}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    aria-label={label(entry)}
                    onClick={() => onSelect(entry)}
                  >
                    {name(entry)}
                  </button>
                </th>
                {columns.map(({ heading, cell, ...column }) => (
                  <td key={heading} class={classOf(column)}>
                    {cell(entry)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {entries.length > 0 && note && <p class="note">{note}</p>}
    </section>
  );
}

const classOf = ({ isText, isMinor }: { isText?: boolean; isMinor?: boolean }) =>
  `${isText ? "wrap" : "number"} ${isMinor ? "minor" : ""}`;
