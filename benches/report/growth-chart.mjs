// The chart of time and peak memory by the length of a history.
import { svg, text } from "./chart.mjs";

const [LEFT, TOP, WIDTH, HEIGHT] = [64, 70, 330, 260];
const COLOURS = { pages: "#0b6e4f", messages: "#2f80c3", summarize: "#d98c5f" };

/** @param {{ what: string, rows: number, ms: number, peakMb: number }[]} growth */
export function growthChart(growth) {
  const panels = [
    ["time, ms", "ms", LEFT],
    ["peak memory of the process, MB", "peakMb", LEFT + WIDTH + 90],
  ];
  const title = text(
    16,
    24,
    "Growth with the length of a history (line: the package; dashed: a loop with JSON.parse)",
    "bold",
  );
  const legend = Object.entries(COLOURS).map(([name, colour], at) => {
    const x = 16 + at * 130;
    return `<rect x="${x}" y="36" width="11" height="11" fill="${colour}"/>${text(x + 16, 46, `${name}()`)}`;
  });
  const drawn = panels.flatMap(([title, key, left]) => panel(growth, title, key, left));
  return svg(
    "Growth of time and memory with the length of a history",
    LEFT + 2 * WIDTH + 130,
    TOP + HEIGHT + 50,
    [title, ...legend, ...drawn],
  );
}

function panel(growth, title, key, left) {
  const rows = [...new Set(growth.map((point) => point.rows))];
  const values = growth.map((point) => point[key]);
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const x = (count) => left + (Math.log10(count / rows[0]) / Math.log10(rows.at(-1) / rows[0])) * WIDTH;
  const y = (value) => TOP + HEIGHT - ((Math.log10(value) - low) / (high - low || 1)) * HEIGHT;
  const out = [
    text(left, TOP - 8, title),
    `<path d="M${left} ${TOP}V${TOP + HEIGHT}H${left + WIDTH}" fill="none" stroke="#9aa5b1"/>`,
    ...rows.map((count) => text(x(count) - 14, TOP + HEIGHT + 16, count.toLocaleString("en"), "small")),
  ];
  for (let power = Math.ceil(low); power <= high; power += 1)
    out.push(text(left - 46, y(10 ** power) + 4, (10 ** power).toLocaleString("en"), "small"));
  for (const [name, colour] of Object.entries(COLOURS)) {
    for (const [what, dash] of [
      [`${name}()`, ""],
      [`${name}() by hand`, ' stroke-dasharray="5 4"'],
    ]) {
      const points = growth.filter((point) => point.what === what);
      const path = points.map((point) => `${x(point.rows).toFixed(1)},${y(point[key]).toFixed(1)}`).join(" ");
      out.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`);
    }
  }
  return out;
}
