// The test oracle of the differential tests: reads responses by `JSON.parse` and simple code.

const decoder = new TextDecoder("utf-8", { fatal: true });
/** Numbers that a double cannot represent exactly, or that may exceed limits, and counts not written as integers. */
const UNSURE = /\d{16}|\d\.\d{14}|:\s*"?[-.\d]+[eE][+-]?\d{2}|otal_count"\s*:\s*"?-?\d*[-+.eE]/;

/** The fields that do not accept every value. */
const NAMES = [
  ...["message_id", "source_number", "destination_number", "direction", "fragments", "cost"],
  ...["status_id", "error_message", "processed_date", "transaction_id", "text", "total_count", "result"],
];

class Refused extends Error {}

/**
 * Returns whether the response is a JSON object, and its rows unless it must be refused. `isSure` is false if `JSON.parse`
 * does not preserve enough to decide.
 * @param {Uint8Array} bytes
 */
export function judge(bytes) {
  let text;
  let response;
  try {
    text = decoder.decode(bytes);
    response = JSON.parse(text);
  } catch {
    return { isJson: false };
  }
  if (typeof response !== "object" || response === null) return { isJson: false };
  const isSure = !UNSURE.test(text) && !hasRepeatedKeys(text, response);
  try {
    if (!Array.isArray(response.result)) throw new Refused();
    totalCount(response.total_count);
    return { isJson: true, isSure, rows: response.result.map(row) };
  } catch (error) {
    if (error instanceof Refused) return { isJson: true, isSure };
    throw error;
  }
}

/** Whether a key is repeated. `JSON.parse` keeps only the last value, and the first may be invalid. */
function hasRepeatedKeys(text, response) {
  const rows = [response, response.result].flat().filter((row) => typeof row === "object" && row !== null);
  return NAMES.some((name) => {
    // The first letter may be an escape.
    const written = text.match(new RegExp(`${name.slice(1)}"\\s*:`, "g"))?.length ?? 0;
    return written > rows.filter((row) => Object.hasOwn(row, name)).length;
  });
}

function row(row) {
  if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Refused();
  const direction = text(row.direction);
  const known = /^(in|out)$/i.test(direction ?? "");
  const statusId = text(row.status_id);
  return {
    messageId: integer(row.message_id),
    sourceNumber: text(row.source_number),
    destinationNumber: text(row.destination_number),
    direction: direction === undefined ? undefined : known ? direction.toLowerCase() : "unknown",
    rawDirection: direction === undefined || known ? undefined : direction,
    fragments: integer(row.fragments),
    cost: number(row.cost),
    status:
      statusId === undefined
        ? undefined
        : ({ 1: "success", 2: "error", 3: "waiting" }[statusId] ?? "unknown"),
    statusId,
    errorMessage: text(row.error_message),
    processedDate: date(row.processed_date),
    transactionId: integer(row.transaction_id),
    text: text(row.text),
  };
}

function text(value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (typeof value === "number") return String(value);
  throw new Refused();
}

function number(value) {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  throw new Refused();
}

function integer(value) {
  const read = number(value);
  if (read === undefined) return undefined;
  if (!Number.isSafeInteger(read) || read < 0) throw new Refused();
  return read;
}

function date(value) {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) throw new Refused();
  const read = new Date(`${value.replace(" ", "T")}.000Z`);
  // JavaScript reads a day that the month does not have as one of the next month, and hour 24 as midnight.
  if (Number.isNaN(read.getTime()) || read.toISOString() !== `${value.replace(" ", "T")}.000Z`)
    throw new Refused();
  return read;
}

function totalCount(value) {
  const isText = typeof value === "string" && /^\d+$/.test(value);
  if (value === undefined || value === null || isText) return;
  if (typeof value !== "number" || value < 0 || !Number.isInteger(value)) throw new Refused();
}

/** Whether two rows are equal. Numbers in text fields may be written in another form. */
export function agree(ours, theirs) {
  return Object.keys(theirs).every((name) => {
    const [one, other] = [ours[name], theirs[name]];
    if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
    // -0 is 0.
    return one === other || (typeof one === "string" && one !== "" && Number(one) === Number(other));
  });
}
