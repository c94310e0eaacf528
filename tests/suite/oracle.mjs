// The test oracle of the differential tests: reads responses by `JSON.parse` and simple code.

/** Decodes as `response.json()`: invalid UTF-8 becomes U+FFFD. */
const decoder = new TextDecoder();
/** Numbers that a double cannot represent exactly, or that may exceed limits. */
const UNSURE = /\d{16}|\d\.\d{14}|:\s*"?[-+.\d\s]+[eE][+-]?\d{2}/;

/** The fields of the envelope and of rows. */
const NAMES = [
  ...["message_id", "source_number", "destination_number", "direction", "fragments", "cost"],
  ...[
    "status_id",
    "error_message",
    "processed_date",
    "transaction_id",
    "text",
    "total_count",
    "result",
    "sms_id",
  ],
];

const ROW_NAMES = NAMES.filter((name) => name !== "total_count" && name !== "result");

/** Whether a key may be a known one with damaged bytes. */
const isDamaged = (object) =>
  Object.keys(object).some((name) => /\ufffd/.test(name) && /(?:[a-z].*){3}/is.test(name));

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
  if (typeof response !== "object" || response === null || Array.isArray(response)) return { isJson: false };
  const isSure = !UNSURE.test(text) && !hasRepeatedKeys(text, response);
  try {
    if (isDamaged(response)) throw new Refused();
    const total = integer(response.total_count);
    const { result } = response;
    const isEmpty = (result ?? "") === "" || JSON.stringify(result) === "{}";
    // Without a result, the count may stand alone, but not beside other fields.
    const isCount = isEmpty && total === 0 && (Object.hasOwn(response, "result") || isOnly(response));
    if (!Array.isArray(result) && !isCount) throw new Refused();
    return { isJson: true, isSure, rows: isEmpty ? [] : result.map(row) };
  } catch (error) {
    if (error instanceof Refused) return { isJson: true, isSure };
    throw error;
  }
}

/** Whether the count is the only field. */
const isOnly = (response) => Object.keys(response).every((name) => name === "total_count");

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
  const names = Object.keys(row);
  if (names.length > 0 && !names.some((name) => ROW_NAMES.includes(name))) throw new Refused();
  if (isDamaged(row)) throw new Refused();
  const messageId = integer(row.message_id);
  const direction = category(row.direction);
  const isKnown = /^(in|out)$/i.test(direction ?? "");
  const statusId = category(row.status_id);
  const status = { 1: "success", 2: "error", 3: "waiting" }[NUMBER.test(statusId) ? Number(statusId) : ""];
  return {
    messageId: messageId || (integer(row.sms_id) ?? messageId),
    sourceNumber: text(row.source_number),
    destinationNumber: text(row.destination_number),
    direction: direction === undefined ? undefined : isKnown ? direction.toLowerCase() : "unknown",
    rawDirection: direction === undefined || isKnown ? undefined : direction,
    fragments: integer(row.fragments),
    cost: number(row.cost),
    status: statusId === undefined ? undefined : (status ?? "unknown"),
    statusId: status ? String(Number(statusId)) : statusId,
    errorMessage: text(row.error_message),
    processedDate: date(row.processed_date),
    transactionId: integer(row.transaction_id),
    text: text(row.text),
  };
}

const NUMBER = /^[-+]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/;
const DATE =
  /^(\d{4}-\d\d-\d\d)[ Tt](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:[Zz]| UTC| GMT| ?([+-])(\d\d)(?::?(\d\d))?)?$/;

function text(value) {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd");
  if (typeof value === "number") return String(value);
  throw new Refused();
}

/** A text without white space around it. An empty one is absent. */
function category(value) {
  return text(value)?.replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "") || undefined;
}

function number(value) {
  const read = category(value);
  if (read === undefined) return undefined;
  if (typeof value === "number") return value;
  if (NUMBER.test(read)) return Number(read);
  throw new Refused();
}

function integer(value) {
  const read = number(value);
  if (read === undefined) return undefined;
  if (!Number.isSafeInteger(read) || read < 0) throw new Refused();
  return read;
}

function date(value) {
  const read = category(value);
  if (read === undefined) return undefined;
  if (typeof value === "number") throw new Refused();
  const [, timeOfNone] = /^(?:0000-00-00|-0001-11-30|0001-01-01)(.{0,9})/s.exec(read) ?? [];
  if (timeOfNone !== undefined && /^[0 :TtZz+-]*$/.test(timeOfNone)) return undefined;
  const [, day, time, fraction = "", sign, hours = 0, minutes = 0] = DATE.exec(read) ?? [];
  const iso = `${day}T${time}.000Z`;
  const local = new Date(iso);
  // JavaScript reads a day that the month does not have as one of the next month, and hour 24 as midnight.
  const isReal = !Number.isNaN(local.getTime()) && local.toISOString() === iso && !day.startsWith("0000");
  if (!isReal || hours > 23 || minutes > 59) throw new Refused();
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const millis = Number(fraction.padEnd(3, "0").slice(0, 3));
  return new Date(local.getTime() + millis - (sign === "-" ? -offset : offset));
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
