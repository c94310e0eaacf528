// Tables for the terminal, in columns that stay aligned with wide characters and emoji.

/**
 * @param {{ title: string, width?: number, right?: boolean }[]} columns `width`: the most cells that are shown
 * @param {string[][]} rows
 */
export function table(columns, rows) {
  const cells = rows.map((row) =>
    row.map((cell, at) => shorten(oneLine(cell), columns[at].width ?? Infinity)),
  );
  const widths = columns.map(({ title }, at) =>
    Math.max(...[title, ...cells.map((row) => row[at])].map(widthOf)),
  );
  const line = (row) =>
    row
      .map((cell, at) => pad(cell, widths[at], columns[at].right))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(columns.map(({ title }) => title)), rule, ...cells.map(line)].join("\n");
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
