/** Cells of CSV, by the rule of the library's exports, which write messages only: see src/export/csv.rs. */

/** The signs that begin a formula, with the full-width forms and the null character that some spreadsheets accept. */
const SIGNS = "=+\\-@＝＋－＠\0";
/** A formula at the start. A phone number evaluates to itself. */
const FORMULA = new RegExp(`^(?!\\+\\d+$)[${SIGNS}\t\r\n]`);
/** A formula for a spreadsheet that splits the file at another delimiter, or at a line of a text. */
const FORMULA_WITHIN = new RegExp(`([,;\t\r\n]"*)(?=[${SIGNS}])`, "g");

/** Returns the cell of a text, which must not become a formula. */
export function textCell(text: string): string {
  return quoted((FORMULA.test(text) ? "'" : "") + text.replace(FORMULA_WITHIN, "$1'"));
}

export function quoted(cell: string): string {
  return /[",;\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
