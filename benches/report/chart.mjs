// The chart of pages: a group of bars per engine, relative to `JSON.parse`.
import { of } from "./tables.mjs";

const BARS = [
  ["our page", "#0b6e4f"],
  ["our rows", "#4caf7d"],
  ["JSON.parse + mapping", "#8c96a3"],
  ["JSON.parse + valibot", "#b7bec8"],
  ["JSON.parse + zod", "#d5dae0"],
  ["JSON.parse + vendor's transformer", "#c9b79c"],
  ["serde_json + serde-wasm-bindgen", "#d98c5f"],
];
const [LEFT, BAR, GAP, WIDTH, MOST] = [110, 13, 22, 560, 6];

/** @returns {string} SVG */
export function chart({ engines, machine }) {
  const shapes = ["ascii", "mixed"];
  const out = [];
  let y = 106;
  const scale = (ratio) => (Math.min(ratio, MOST) / MOST) * WIDTH;
  for (const shape of shapes) {
    out.push(text(16, y, `1,000 rows, ${shape === "ascii" ? "ASCII" : "mixed scripts"}`, "bold"));
    y += 14;
    const top = y;
    for (const engine of engines) {
      const times = of(engine, "pages", shape, 1000)?.times;
      if (!times) continue;
      out.push(text(16, y + 14, engine.title));
      for (const [name, colour] of BARS) {
        const ratio = times[name].median / times["JSON.parse"].median;
        out.push(
          `<rect x="${LEFT}" y="${y}" width="${scale(ratio).toFixed(1)}" height="${BAR - 2}" fill="${colour}"/>`,
        );
        out.push(text(LEFT + scale(ratio) + 4, y + 10, ratio.toFixed(2), "small"));
        y += BAR;
      }
      y += GAP;
    }
    const one = LEFT + scale(1);
    out.push(
      `<line x1="${one}" x2="${one}" y1="${top - 4}" y2="${y - GAP + 4}" stroke="#c0392b" stroke-dasharray="4 3"/>`,
    );
    y += 14;
  }
  const legend = BARS.map(([name, colour], at) => {
    const [x, row] = [16 + (at % 3) * 230, 38 + Math.floor(at / 3) * 17];
    return `<rect x="${x}" y="${row}" width="11" height="11" fill="${colour}"/>${text(x + 16, row + 10, name)}`;
  });
  const title = text(
    16,
    24,
    "From a reply's bytes, as a share of JSON.parse of the same bytes (dashed: 1; shorter is faster)",
    "bold",
  );
  return svg("Pages of 1,000 rows in each engine, as shares of JSON.parse", LEFT + WIDTH + 60, y + 10, [
    title,
    ...legend,
    ...out,
    text(16, y, `${machine.cpu}; medians`, "small"),
  ]);
}

export function text(x, y, words, kind = "") {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed?.(1) ?? x}" y="${y}" class="${kind}">${escaped}</text>`;
}

/** @param {string} title the accessible name */
export function svg(title, width, height, parts) {
  const style =
    "text{font:12px system-ui,sans-serif;fill:#1f2933}.bold{font-weight:600}.small{font-size:10px;fill:#52606d}";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"><title>${title}</title><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}
