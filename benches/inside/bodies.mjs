// Generated pages. A seed gives the same page in every engine and every run.

const ASCII = [
  "Your code is {n}. It is good for five minutes.",
  "Order {n} has left the warehouse and arrives tomorrow between 9 and 12.",
  "Reminder: your appointment is on Friday at 14:30. Reply 1 to confirm.",
  "Thanks! We got your payment of 12.50 for invoice {n}.",
  "Yes",
  "The office stays closed on Monday and opens again on Tuesday at eight. Please bring the printed form {n} and a pen.",
];
const MIXED = [
  ...ASCII.slice(0, 2),
  "Ваш код: {n}. Никому его не показывайте.",
  "Заказ {n} готов, ждём вас до 21:00.",
  "您的验证码是{n}，五分钟内有效。",
  "رمز التحقق الخاص بك هو {n}",
  "Votre café n° {n} est prêt à 14 h",
  "On its way 🚚📦 ticket {n}",
];
const ESCAPED = [
  'She said "meet me at {n}",\nthen left.\r\n\tC:\\temp\\new\\{n}',
  "</script> & \u0007 \u001f {n}",
  ...MIXED.slice(2),
];

/** A random generator (Mulberry32): returns an integer from 0 to below its argument. */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const api = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
const phone = (next) => 15_550_100_000 + next(5_000);
/** A number or a string, as the API writes both. */
const numberOrString = (next, number) => (next(10) < 7 ? number : String(number));

/** A row of the usual shape. */
export function row(next, at, texts = ASCII) {
  const [from, to, status] = [phone(next), phone(next), next(100)];
  const fields = {
    message_id: 4_000_000_000 - at,
    source_number: numberOrString(next, from),
    destination_number: numberOrString(next, to),
    direction: next(10) < 3 ? "IN" : "OUT",
    fragments: 1 + next(3),
    cost: [0.0073, 0.0149, 0.05, 0.125, 0.4337, 1.0859][next(6)],
    status_id: status < 7 ? "2" : status < 12 ? "3" : "1",
    processed_date: api(1_790_000_000 - at),
    transaction_id: 900_000_000 + at * 3,
    text: texts[next(texts.length)].replace("{n}", String(100_000 + next(900_000))),
  };
  if (status < 7) fields.error_message = `Sms from ${from} to ${to} was not sent, code = ${1 + next(40)}`;
  return fields;
}

const ascii = (next, at) => row(next, at);
const mixed = (next, at) => row(next, at, MIXED);
const long = (next, at) => ({
  ...row(next, at),
  text: Array.from({ length: 6 + next(8) }, () => MIXED[next(MIXED.length)]).join(" "),
});
const escaped = (next, at) => row(next, at, ESCAPED);
const sparse = (next, at) => {
  const full = row(next, at);
  const names = Object.keys(full).filter(() => next(10) < 4);
  return Object.fromEntries(names.map((name) => [name, next(10) < 3 ? null : full[name]]));
};
const strings = (next, at) =>
  Object.fromEntries(Object.entries(row(next, at)).map(([name, value]) => [name, String(value)]));

const SHAPES = { ascii, mixed, long, escaped, sparse, strings };
export const SHAPE_NAMES = Object.keys(SHAPES);

const notAscii = /[^\0-\x7f]/g;
const unicodeEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * Creates the body of a page, as `arrayBuffer()` returns it.
 * @returns {ArrayBuffer}
 */
export function body(shape, rows, seed = 1) {
  const next = random(seed);
  const result = Array.from({ length: rows }, (_, at) => SHAPES[shape](next, at));
  let text = JSON.stringify({ result, total_count: rows });
  // Some servers write only ASCII.
  if (shape === "escaped") text = text.replace(notAscii, unicodeEscape);
  return new TextEncoder().encode(text).buffer;
}
