/** Saves the page's own tables, and files. */
import { quoted, textCell } from "./csv-cell.js";
import { withPlaces } from "./decimal.js";
import { decimalSign } from "./format.js";
import { period, state } from "./state/page-state.js";
import type { CostTable } from "./views/costs.js";

/** Spreadsheets expect a semicolon where the comma is the decimal separator. */
export const localDelimiter = decimalSign === "," ? ";" : ",";

/** Saves a table as CSV for the spreadsheets of the reader's place, with exact amounts. */
export function saveTable({ name, columns, rows, total, places }: CostTable): void {
  const number = (cell: number | string) =>
    quoted(typeof cell === "number" ? String(cell) : withPlaces(cell, places).replace(".", decimalSign));
  const lines = [...rows, total].map(({ label, cells }) => [textCell(label), ...cells.map(number)]);
  const csv = [columns.map(textCell), ...lines].map((cells) => cells.join(localDelimiter)).join("\r\n");
  // With a byte order mark, without which some spreadsheets do not read UTF-8.
  save(
    `${fileName(`costs-${name}`)}.csv`,
    new Blob([`\uFEFF${csv}\r\n`], { type: "text/csv;charset=utf-8" }),
  );
}

/** A name with the period and its zone, without its extension: `messages-2026-10-01-2026-10-31-UTC-sent`. */
export function fileName(kind: string, ...words: string[]): string {
  const { from, to } = period.value;
  const zone = state.value.zone.replaceAll("/", "-");
  return [kind, from, to, zone, ...words].join("-").replaceAll(":", "");
}

/** Saves a file as the browser's download. */
export function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by then, and keeps the bytes.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
