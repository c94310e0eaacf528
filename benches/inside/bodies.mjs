// Pages to read: the same ones in every engine and every run, made from a seed.

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

/** Mulberry32: small, and the same everywhere. */
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
const phone = (lot) => 15_550_100_000 + lot(5_000);
/** Now as a number, now as a string, as the API does. */
const either = (lot, number) => (lot(10) < 7 ? number : String(number));

/** A row of the shape that most replies have. */
export function row(lot, at, texts = ASCII) {
  const [from, to, status] = [phone(lot), phone(lot), lot(100)];
  const made = {
    message_id: 4_000_000_000 - at,
    source_number: either(lot, from),
    destination_number: either(lot, to),
    direction: lot(10) < 3 ? "IN" : "OUT",
    fragments: 1 + lot(3),
    cost: [0.0073, 0.0149, 0.05, 0.125, 0.4337, 1.0859][lot(6)],
    status_id: status < 7 ? "2" : status < 12 ? "3" : "1",
    processed_date: api(1_790_000_000 - at),
    transaction_id: 900_000_000 + at * 3,
    text: texts[lot(texts.length)].replace("{n}", String(100_000 + lot(900_000))),
  };
  if (status < 7) made.error_message = `Sms from ${from} to ${to} was not sent, code = ${1 + lot(40)}`;
  return made;
}

const ascii = (lot, at) => row(lot, at);
const mixed = (lot, at) => row(lot, at, MIXED);
const long = (lot, at) => ({
  ...row(lot, at),
  text: Array.from({ length: 6 + lot(8) }, () => MIXED[lot(MIXED.length)]).join(" "),
});
const escaped = (lot, at) => row(lot, at, ESCAPED);
const sparse = (lot, at) => {
  const full = row(lot, at);
  const names = Object.keys(full).filter(() => lot(10) < 4);
  return Object.fromEntries(names.map((name) => [name, lot(10) < 3 ? null : full[name]]));
};
const strings = (lot, at) =>
  Object.fromEntries(Object.entries(row(lot, at)).map(([name, value]) => [name, String(value)]));

const SHAPES = { ascii, mixed, long, escaped, sparse, strings };
export const SHAPE_NAMES = Object.keys(SHAPES);

const notAscii = /[^\0-\x7f]/g;
const unicodeEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * The body of a page, as `arrayBuffer()` brings it.
 * @returns {ArrayBuffer}
 */
export function body(shape, rows, seed = 1) {
  const lot = random(seed);
  const result = Array.from({ length: rows }, (_, at) => SHAPES[shape](lot, at));
  let text = JSON.stringify({ result, total_count: rows });
  // As servers write that keep to ASCII.
  if (shape === "escaped") text = text.replace(notAscii, unicodeEscape);
  return new TextEncoder().encode(text).buffer;
}
