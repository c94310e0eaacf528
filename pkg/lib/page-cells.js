/**
 * The cells of a row, 64 bits each (rows/src/page/columns.rs):
 * - cells 0 to 4 are numbers; NaN means absent.
 * - cells 5 to 8 are eight 32-bit words: the start of the row's texts in the page's text, the ends of its six texts, and the
 *   flags. Starts and ends count UTF-16 units.
 */
export const CELLS_PER_ROW = 9;
export const TEXT_WORD = 2 * 5;
export const FLAGS_WORD = 2 * 8 + 1;
/** The end of a text that is absent. */
export const TEXT_ABSENT = 0x7fefffff;

/** Words by flag. Any other flag stands for an unknown word, which is kept as a text. */
export const DIRECTIONS = /** @type {const} */ ([undefined, "in", "out"]);
export const STATUSES = /** @type {const} */ ([undefined, "success", "error", "waiting"]);
export const STATUS_IDS = [undefined, "1", "2", "3"];

/** Number columns in the order of their cells. */
export const NUMBER_COLUMNS = ["messageId", "fragments", "cost", "processedDate", "transactionId"];
export const TEXT_COLUMNS = [
  "sourceNumber",
  "destinationNumber",
  "direction",
  "rawDirection",
  "status",
  "statusId",
  "errorMessage",
  "text",
];
