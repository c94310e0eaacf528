// Tables for the terminal, in columns that stay aligned with wide characters and emoji.

/** An elastic column that would be narrower than this is left out. */
const LEAST_CELLS = 12;
const GAP = "  ";

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {number} [width] the most cells that are shown
 * @property {boolean} [right] whether it is aligned to the right
 * @property {boolean} [elastic] for the last column: takes what the others leave of the line
 * @property {(cell: string, padded: string) => string} [paint] gives a cell its colour
 */

/**
 * @param {Column[]} columns
 * @param {string[][]} rows
 * @param {number} lineCells cells that a line has
 */
export function table(columns, rows, lineCells) {
  const last = columns.at(-1);
  if (last?.elastic) {
    const others = columns.slice(0, -1);
    const rest =
      lineCells - others.reduce((sum, column, at) => sum + widthAt(column, at, rows) + GAP.length, 0);
    if (rest < LEAST_CELLS) return table(others, rows, lineCells);
    columns = [...others, { ...last, width: Math.min(last.width ?? rest, rest) }];
  }
  const widths = columns.map((column, at) => widthAt(column, at, rows));
  const line = (cells) => cells.join(GAP).trimEnd();
  const cells = rows.map((row) =>
    columns.map((column, at) => {
      const cell = shown(row[at], column);
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

function widthAt(column, at, rows) {
  return Math.max(...[column.title, ...rows.map((row) => shown(row[at], column))].map(widthOf));
}

function shown(text, { width = Infinity }) {
  return shorten(oneLine(text), width);
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u;
/** East Asian wide and full-width characters. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
/** Control characters and those that turn the direction of writing: a message must not steer the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** @param {string} text */
export function widthOf(text) {
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme) {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}

function oneLine(text) {
  return text.replace(UNPRINTABLE, " ");
}

function shorten(text, most) {
  if (widthOf(text) <= most) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    width += graphemeWidth(segment);
    if (width > most - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

function pad(text, width, right) {
  const space = " ".repeat(width - widthOf(text));
  return right ? space + text : text + space;
}
