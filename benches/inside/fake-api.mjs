// Serves a history of any length from memory. Rows are a second apart, newest first, and filtered by time span, offset and
// count as by the API. Pages are copied from a thousand templates, with each row's ids and date written over.
import { random, row } from "./bodies.mjs";

const encoder = new TextEncoder();
const NEWEST = 1_790_000_000;
const TEMPLATES = 1_000;
const COMMA = 44;
/** Ids and dates have the same width in all rows, so that they can be overwritten. */
const FIRST_ID = 9_000_000_000;
const FIRST_TRANSACTION = 8_000_000_000;

/**
 * Creates a `fetch` over a history of `rows` rows. With `kept`, equal requests get the same bytes, generated once.
 * @param {number} rows
 * @param {{ kept?: boolean }} [options]
 */
export function historyFetch(rows, { kept = true } = {}) {
  const templates = Array.from({ length: TEMPLATES }, (_, at) => template(at));
  const bodies = new Map();
  const read = (url) => {
    const asked = new URL(url).searchParams;
    // Row 0 is the newest, at the second NEWEST.
    const first = Math.max(0, NEWEST - seconds(asked.get("to_date") ?? "2100-01-01 00:00:00"));
    const end = Math.min(rows, NEWEST - seconds(asked.get("from_date") ?? "1970-01-01 00:00:00") + 1);
    const total = Math.max(0, end - first);
    const [offset, count] = [Number(asked.get("offset") ?? 0), Number(asked.get("count") ?? 1_000)];
    const [start, length] = [first + offset, Math.max(0, Math.min(count, total - offset))];
    // Not by the URL, whose `to_date` changes each second.
    const key = `${start} ${length} ${total}`;
    const body = bodies.get(key) ?? page(templates, start, length, total);
    if (kept) bodies.set(key, body);
    return body;
  };
  const fetch = (url) => Promise.resolve(answer(read(url)));
  return fetch;
}

const headers = { get: (name) => (name === "content-type" ? "application/json" : null) };

/** The parts of a Response that the package and the baselines use. Its body is available at once. */
export const answer = (body) => ({
  status: 200,
  ok: true,
  headers,
  arrayBuffer: () => Promise.resolve(body),
});

function template(at) {
  const made = row(random(at + 7), at);
  Object.assign(made, { message_id: FIRST_ID, transaction_id: FIRST_TRANSACTION });
  const bytes = encoder.encode(JSON.stringify(made));
  const text = new TextDecoder().decode(bytes);
  const place = (mark) => text.indexOf(mark) + mark.length;
  return {
    bytes,
    id: place('"message_id":'),
    date: place('"processed_date":"'),
    transaction: place('"transaction_id":'),
  };
}

function page(templates, first, count, total) {
  const head = encoder.encode('{"result":[');
  const tail = encoder.encode(`],"total_count":${total}}`);
  const chosen = Array.from({ length: count }, (_, at) => templates[(first + at) % TEMPLATES]);
  const length = chosen.reduce((sum, { bytes }) => sum + bytes.length + 1, head.length + tail.length);
  const body = new Uint8Array(length - Math.min(1, count));
  body.set(head);
  let end = head.length;
  for (const [at, { bytes, id, date, transaction }] of chosen.entries()) {
    if (at > 0) body[end++] = COMMA;
    body.set(bytes, end);
    const number = 100_000_000 - first - at;
    digits(body, end + id, FIRST_ID + number);
    digits(body, end + transaction, FIRST_TRANSACTION + number);
    writeDate(body, end + date, NEWEST - first - at);
    end += bytes.length;
  }
  body.set(tail, end);
  return body.buffer;
}

function digits(body, at, number, width = 10) {
  for (let place = at + width - 1; place >= at; place -= 1) {
    body[place] = 48 + (number % 10);
    number = Math.floor(number / 10);
  }
}

function writeDate(body, at, second) {
  const date = new Date(second * 1000);
  digits(body, at, date.getUTCFullYear(), 4);
  digits(body, at + 5, date.getUTCMonth() + 1, 2);
  digits(body, at + 8, date.getUTCDate(), 2);
  digits(body, at + 11, date.getUTCHours(), 2);
  digits(body, at + 14, date.getUTCMinutes(), 2);
  digits(body, at + 17, date.getUTCSeconds(), 2);
}

const seconds = (date) => Date.parse(`${date.replace(" ", "T")}Z`) / 1000;
