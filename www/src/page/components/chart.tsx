/**
 * A chart on a canvas, with a table of the same values.
 *
 * The horizontal axis counts buckets, whose labels the library has computed. So neither the machine's time zone nor a change of
 * its clock moves a bucket.
 */
import type { ComponentChildren } from "preact";
import "uplot/dist/uPlot.min.css";
import { t } from "../i18n/index.js";
import { lazy } from "./lazy.js";

export interface Series {
  readonly label: string;
  /** The name of a colour in base.css. */
  readonly colour: string;
  readonly kind: "bar" | "line";
  /** `null`: no value. */
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  /** The exact texts of the table; by default the formatted values. */
  readonly texts?: readonly string[];
}

export interface ChartProps {
  title: string;
  labels: readonly string[];
  axisLabels: readonly string[];
  series: readonly Series[];
  /** The largest value of the first scale, if it is fixed. */
  max?: number;
  onSelect?: ((index: number) => void) | undefined;
  selectName?: (label: string) => string;
  /** Notes below the chart. */
  children?: ComponentChildren;
}

/** The script of all charts' canvases. */
export const Canvas = lazy(async () => (await import("./chart-canvas.js")).Canvas);

export function Chart(props: ChartProps) {
  const { title, labels, series, children } = props;
  const columns = withTotal(series);
  return (
    <figure class="chart" aria-label={title}>
      <figcaption>
        <h2>{title}</h2>
        <ul class="legend">
          {series.map(({ label, colour, kind }) => (
            <li key={label} class={`${kind} colour-${colour}`}>
              {label}
            </li>
          ))}
        </ul>
      </figcaption>
      <Canvas {...props} />
      {children}
      <details class="chart-table">
        <summary>{t.showTable}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section class="scroll" tabIndex={0} aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.time}</th>
                {columns.map(({ label }) => (
                  <th scope="col" key={label} class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, index) => (
                <Row key={`${label} ${index}`} {...props} series={columns} label={label} index={index} />
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

/** Adds the sum of the bars behind them. */
function withTotal(series: readonly Series[]): readonly Series[] {
  const bars = series.filter(({ kind }) => kind === "bar");
  const last = bars.at(-1);
  if (!last || bars.length === 1) return series;
  const values = last.values.map((_, index) =>
    bars.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  return [...bars, { ...last, label: t.total, values }, ...series.filter((one) => !bars.includes(one))];
}

function Row({ series, onSelect, selectName, label, index }: ChartProps & { label: string; index: number }) {
  return (
    <tr>
      <th scope="row">
        {onSelect ? (
          <button type="button" class="link" aria-label={selectName?.(label)} onClick={() => onSelect(index)}>
            {label}
          </button>
        ) : (
          label
        )}
      </th>
      {series.map((one) => (
        <td key={one.label} class="number">
          {textAt(one, index)}
        </td>
      ))}
    </tr>
  );
}

export function textAt({ values, texts, format }: Series, index: number): string {
  const value = values[index];
  return value === null || value === undefined ? t.none : (texts?.[index] ?? format(value));
}
