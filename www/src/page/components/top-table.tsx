import { commonPlaces, integer, money, party, percent } from "../format.js";
import { t } from "../i18n/index.js";
import type { TopList } from "../source.js";

interface TopTableProps {
  title: string;
  list: TopList;
  /** The number of all messages, for shares. */
  total: number;
  onSelect: (value: string) => void;
}

/** The numbers or names that occur most often. A click filters by one. */
export function TopTable({ title, list, total, onSelect }: TopTableProps) {
  const places = commonPlaces(list.entries.map(({ cost }) => cost));
  return (
    <section class="top" aria-label={title}>
      <h2>{title}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.numberOf}</th>
            <th scope="col" class="number">
              {t.messages}
            </th>
            <th scope="col" class="number">
              {t.share}
            </th>
            <th scope="col" class="number">
              {t.cost}
            </th>
          </tr>
        </thead>
        <tbody>
          {list.entries.map(({ value, count, cost }) => (
            <tr key={value}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  aria-label={t.filterBy(party(value))}
                  onClick={() => onSelect(value)}
                >
                  {party(value)}
                </button>
              </th>
              <td class="number">{integer(count)}</td>
              <td class="number">{percent(total > 0 ? count / total : undefined)}</td>
              <td class="number">{money(cost, places)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!list.exact && <p class="note">{t.estimated}</p>}
    </section>
  );
}
