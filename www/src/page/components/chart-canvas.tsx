/** The canvas of a chart. With its library, it loads while the page waits for its data. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { type ChartProps, type Series, textAt } from "./chart.js";

const HEIGHT = 240;
/** The height of the labels below the chart: of one line, and of two. */
const AXIS_HEIGHTS = [26, 42] as const;
/** A bar is narrower than its bucket. */
const BAR = uPlot.paths.bars?.({ size: [0.8, 40] });
const BAR_SCALE = "bars";
const LINE_SCALE = "lines";

export function Canvas(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLParagraphElement>(null);
  const newest = useRef(props);
  newest.current = props;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(optionsOf(element, tip.current, newest), dataOf(props.series), element);
    };
    let plot: uPlot | undefined;
    const theme = matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", draw);
    const observer = new ResizeObserver(() => {
      if (plot && plot.width !== element.clientWidth)
        plot.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    draw();
    observer.observe(element);
    return () => {
      theme.removeEventListener("change", draw);
      observer.disconnect();
      plot?.destroy();
    };
  }, [props.series, props.labels]);
  return (
    <div class="canvas" aria-hidden="true">
      <div ref={box} />
      <p class="tip" ref={tip} />
    </div>
  );
}

/** Bars are stacked: each contains those below it, and is drawn before them. */
function dataOf(series: readonly Series[]): uPlot.AlignedData {
  const x = Array.from(series[0]?.values ?? [], (_, index) => index);
  const bars = series.filter(({ kind }) => kind === "bar");
  const stacked = bars.map((_, level) =>
    x.map((index) => bars.slice(0, level + 1).reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
  );
  const lines = series.filter(({ kind }) => kind === "line").map(({ values }) => [...values]);
  return [x, ...stacked.reverse(), ...lines];
}

function optionsOf(
  element: HTMLElement,
  tip: HTMLElement | null,
  newest: { readonly current: ChartProps },
): uPlot.Options {
  const { series, axisLabels, max } = newest.current;
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const bars = series.filter(({ kind }) => kind === "bar");
  const lines = series.filter(({ kind }) => kind === "line");
  const axis = {
    stroke: colour("quiet"),
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  const scales: uPlot.Scales = { x: { time: false, range: (_, from, to) => [from - 0.5, to + 0.5] } };
  const axes: uPlot.Axis[] = [
    {
      ...axis,
      grid: { show: false },
      size: AXIS_HEIGHTS[axisLabels[0]?.includes("\n") ? 1 : 0],
      space: 80,
      incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 30, 60, 90, 180, 365],
      values: (_, indexes) =>
        indexes.map((index) => (Number.isInteger(index) ? (axisLabels[index] ?? "") : "")),
    },
  ];
  const add = (scale: string, first: Series | undefined, side: 1 | 3) => {
    if (!first) return;
    scales[scale] = { range: (_, __, top) => [0, max ?? (top > 0 ? top * 1.05 : 1)] };
    const values = (_: uPlot, marks: number[]) => marks.map((mark) => first.format(mark));
    axes.push({ ...axis, scale, side, values, size: 64, grid: side === 3 ? axis.grid : { show: false } });
  };
  add(BAR_SCALE, bars[0], 3);
  add(LINE_SCALE, lines[0], bars.length > 0 ? 1 : 3);
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales,
    axes,
    series: [
      {},
      ...[...bars].reverse().map((one) => ({
        label: one.label,
        scale: BAR_SCALE,
        fill: colour(one.colour),
        width: 0,
        points: { show: false },
        ...(BAR ? { paths: BAR } : {}),
      })),
      ...lines.map((one) => ({
        label: one.label,
        scale: LINE_SCALE,
        stroke: colour(one.colour),
        width: 2,
        spanGaps: true,
        points: { show: one.values.length <= 62, size: 5, fill: colour(one.colour) },
      })),
    ],
    hooks: {
      setCursor: [
        ({ cursor: { idx } }) => {
          const { labels, series } = newest.current;
          if (!tip) return;
          const isOver = idx !== null && idx !== undefined;
          tip.textContent = isOver
            ? [labels[idx], ...series.map((one) => `${one.label} ${textAt(one, idx)}`)].join(" · ")
            : "";
        },
      ],
      ready: [
        ({ over, cursor }) => {
          over.addEventListener("click", () => {
            if (cursor.idx !== null && cursor.idx !== undefined) newest.current.onSelect?.(cursor.idx);
          });
        },
      ],
    },
  };
}

const FONT = "12px system-ui, sans-serif";
