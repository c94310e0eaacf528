// Tables for the terminal. Columns stay aligned with wide characters and emoji.
import stringWidth from "string-width";

/** A flexible column is omitted if it would be narrower. */
const MIN_FLEXIBLE_WIDTH = 12;
const GAP = "  ";

/**
 * Widths are in terminal cells.
 * @typedef {object} Column
 * @property {string} title
 * @property {number} [width] the maximum width
 * @property {boolean} [right] whether it is aligned to the right
 * @property {boolean} [flexible] whether the width is limited to the rest of the line; only for the last column
 * @property {(cell: string, padded: string) => string} [paint] colours a cell
 */

/**
 * @param {Column[]} columns
 * @param {string[][]} rows
 * @param {number} lineWidth
 */
export function table(columns, rows, lineWidth) {
  const last = columns.at(-1);
  if (last?.flexible) {
    const others = columns.slice(0, -1);
    const rest =
      lineWidth - others.reduce((sum, column, at) => sum + columnWidth(column, at, rows) + GAP.length, 0);
    if (rest < MIN_FLEXIBLE_WIDTH) return table(others, rows, lineWidth);
    columns = [...others, { ...last, width: Math.min(last.width ?? rest, rest) }];
  }
  const widths = columns.map((column, at) => columnWidth(column, at, rows));
  const line = (cells) => cells.join(GAP).trimEnd();
  const cells = rows.map((row) =>
    columns.map((column, at) => {
      const cell = cellText(row[at], column);
      const padded = pad(cell, widths[at], column.right);
      return column.paint?.(cell, padded) ?? padded;
    }),
  );
  return [
    line(columns.map(({ title, right }, at) => pad(title, widths[at], right))),
    line(widths.map((width) => "─".repeat(width))),
    ...cells.map(line),
  ].join("\n");
}

function columnWidth(column, at, rows) {
  const texts = [column.title, ...rows.map((row) => cellText(row[at], column))];
  return Math.max(...texts.map((text) => stringWidth(text)));
}

/** Control characters, and those that change the direction of writing: the text of a message must not steer the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

function cellText(text, { width = Infinity }) {
  return shorten(text.replace(UNPRINTABLE, " "), width);
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

function shorten(text, maxWidth) {
  if (stringWidth(text) <= maxWidth) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += stringWidth(segment);
    if (width > maxWidth - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function pad(text, width, right) {
  const space = " ".repeat(width - stringWidth(text));
  return right ? space + text : text + space;
}
