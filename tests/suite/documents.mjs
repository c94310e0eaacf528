// Replies as servers might write them, in every form that JSON allows, and damaged ones. The same ones in every runtime.

const NAMES = [
  ...["message_id", "source_number", "destination_number", "direction", "fragments", "cost"],
  ...["status_id", "error_message", "processed_date", "transaction_id", "text"],
];
const PIECES = [
  ...[
    "a",
    "Z",
    "0",
    " ",
    "/",
    "é",
    "п",
    "你",
    "\u{1f600}",
    "\x7f",
    "\uffff",
    "sixteen bytes are",
    "'",
    "}",
    "],:",
  ],
  ...[
    "\\n",
    '\\"',
    "\\\\",
    "\\/",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\b",
    "\\u0000",
  ],
];
const SPACES = ["", "", "", "", " ", "\n", "\t", "\r\n", "  "];
/** What damage puts in: all that JSON is made of, and bytes that are no text. */
const DAMAGE = [
  ...new TextEncoder().encode('"\\{}[]:,0123456789eE+-. \n\ttrufalsn/x\0\x1f\x7f'),
  ...[0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xff],
];
const encoder = new TextEncoder();

/** Mulberry32. */
function lots(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * One document.
 * @param {number} seed
 * @returns {Uint8Array<ArrayBuffer>} a whole buffer
 */
export function document(seed) {
  const lot = lots(Math.imul(seed, 0x9e3779b1));
  const maker = new Maker(lot);
  let bytes = encoder.encode(maker.reply());
  if (lot(2) === 0) for (let times = 1 + lot(3); times > 0; times -= 1) bytes = damaged(bytes, lot);
  return bytes;
}

function damaged(bytes, lot) {
  const at = lot(bytes.length + 1);
  const byte = DAMAGE[lot(DAMAGE.length)];
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (lot(5)) {
    case 0:
    case 1:
      return Uint8Array.of(...before, byte, ...after);
    case 2:
      return Uint8Array.of(...before, byte, ...after.subarray(1));
    case 3:
      return Uint8Array.of(...before, ...after.subarray(1));
    default:
      return lot(4) === 0 ? Uint8Array.from(before) : bytes;
  }
}

class Maker {
  constructor(lot) {
    this.lot = lot;
    this.isLoose = lot(4) === 0;
  }

  pick(from) {
    return from[this.lot(from.length)];
  }

  space() {
    return this.isLoose ? this.pick(SPACES) : "";
  }

  reply() {
    const members = [
      () => this.key("result") + this.rows(),
      () => this.key("total_count") + this.whole(),
      () => this.key("more") + this.any(3),
    ];
    const count = this.lot(10) === 0 ? this.lot(4) : 2;
    const inside = members.slice(0, count).map((member) => member() + this.space());
    return `${this.space()}{${inside.join(",")}}${this.space()}`;
  }

  key(name) {
    const escaped = `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
    return `${this.space()}"${this.lot(30) === 0 ? escaped : name}"${this.space()}:${this.space()}`;
  }

  rows() {
    const rows = Array.from({ length: this.lot(5) }, () => `${this.space()}${this.row()}${this.space()}`);
    return `[${rows.join(",")}]`;
  }

  row() {
    let names = NAMES;
    const form = this.lot(4);
    if (form === 0) {
      // Any order, with some twice and some unknown.
      names = [...NAMES, "message_id", "text", "direction", "unknown", "message", "text2"];
      for (let at = names.length - 1; at > 0; at -= 1) {
        const other = this.lot(at + 1);
        [names[at], names[other]] = [names[other], names[at]];
      }
      names.length = this.lot(names.length + 1);
    } else if (form === 1) {
      names = NAMES.filter(() => this.lot(3) > 0);
    }
    return `{${names.map((name) => this.key(name) + this.value(name) + this.space()).join(",")}}`;
  }

  value(name) {
    if (this.lot(12) === 0) return "null";
    switch (name) {
      case "message_id":
      case "fragments":
      case "transaction_id":
        return this.whole();
      case "cost":
        return this.decimal();
      case "processed_date":
        return this.date();
      case "direction":
        return this.pick(['"IN"', '"OUT"', '"in"', '"Out"', '"\\u0049N"', '"up"', "7"]);
      case "status_id":
        return this.pick(['"1"', '"2"', '"3"', "1", '"17"', '""']);
      case "source_number":
      case "destination_number":
        return this.lot(2) === 0 ? this.whole() : this.string();
      case "text":
      case "error_message":
        return this.string();
      default:
        return this.any(4);
    }
  }

  digits(most) {
    return Array.from({ length: 1 + this.lot(most) }, () => this.lot(10)).join("");
  }

  whole() {
    const digits = this.digits(15).replace(/^0+(?=.)/, "");
    switch (this.lot(12)) {
      case 0:
      case 1:
        return `"${digits}"`;
      case 2:
        return `"0${digits}"`;
      case 3:
        return this.lot(6) === 0 ? this.pick(["-0", "-1", '""', "1.5", "1e-1", "9007199254740991"]) : digits;
      default:
        return digits;
    }
  }

  decimal() {
    const [whole, fraction] = [this.lot(1000), this.digits(8)];
    switch (this.lot(10)) {
      case 0:
        return `"${whole}.${fraction}"`;
      case 1:
        return `${whole}`;
      case 2:
        return `-${whole}.${fraction}`;
      case 3:
        return `${whole}.${fraction}e-${this.lot(10)}`;
      case 4:
        return `${whole}.${fraction}E${this.lot(5)}`;
      default:
        return `${whole}.${fraction}`;
    }
  }

  date() {
    const two = (below, from = 0) => String(from + this.lot(below)).padStart(2, "0");
    const time = `${two(24)}:${two(60)}:${two(60)}`;
    const lot = this.lot(30);
    if (lot === 0) return '""';
    if (lot === 1) return `"${1970 + this.lot(80)}-${two(12, 1)}-31 ${time}"`;
    return lot < 15 ? `"2026-03-01 ${time}"` : `"${1970 + this.lot(80)}-${two(12, 1)}-${two(28, 1)} ${time}"`;
  }

  string() {
    return `"${Array.from({ length: this.lot(12) }, () => this.pick(PIECES)).join("")}"`;
  }

  any(depth) {
    const some = (make) => Array.from({ length: this.lot(3) }, make).join(",");
    switch (this.lot(depth === 0 ? 5 : 7)) {
      case 0:
        return this.string();
      case 1:
        return this.decimal();
      case 5:
        return `[${some(() => this.any(depth - 1))}]`;
      case 6:
        return `{${some(() => this.key("k") + this.any(depth - 1))}}`;
      default:
        return this.pick(["true", "false", "null"]);
    }
  }
}
