// Generated responses in every form that JSON allows, half of them damaged. A seed gives the same response in every
// runtime.

const NAMES = [
  ...["message_id", "source_number", "destination_number", "direction", "fragments", "cost"],
  ...["status_id", "error_message", "processed_date", "transaction_id", "text", "sms_id"],
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
/** Bytes that damage inserts: those of JSON's syntax, and invalid UTF-8. */
const DAMAGE = [
  ...new TextEncoder().encode('"\\{}[]:,0123456789eE+-. \n\ttrufalsn/x\0\x1f\x7f'),
  ...[0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xff],
];
const encoder = new TextEncoder();

/** A random generator (Mulberry32): returns an integer from 0 to below its argument. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * Generates the document of a seed.
 * @param {number} seed
 * @returns {Uint8Array<ArrayBuffer>} a view of a whole buffer
 */
export function document(seed) {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1));
  const generator = new Generator(random);
  let bytes = encoder.encode(generator.response());
  if (random(2) === 0) for (let times = 1 + random(3); times > 0; times -= 1) bytes = damage(bytes, random);
  return bytes;
}

function damage(bytes, random) {
  const at = random(bytes.length + 1);
  const byte = DAMAGE[random(DAMAGE.length)];
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random(5)) {
    case 0:
    case 1:
      return Uint8Array.of(...before, byte, ...after);
    case 2:
      return Uint8Array.of(...before, byte, ...after.subarray(1));
    case 3:
      return Uint8Array.of(...before, ...after.subarray(1));
    default:
      return random(4) === 0 ? Uint8Array.from(before) : bytes;
  }
}

class Generator {
  constructor(random) {
    this.random = random;
    this.isLoose = random(4) === 0;
  }

  pick(from) {
    return from[this.random(from.length)];
  }

  space() {
    return this.isLoose ? this.pick(SPACES) : "";
  }

  response() {
    const members = [
      () => this.key("result") + this.result(),
      () => this.key("total_count") + (this.random(20) === 0 ? "0" : this.integer()),
      () => this.key("more") + this.any(3),
    ];
    const count = this.random(10) === 0 ? this.random(4) : 2;
    const inside = members.slice(0, count).map((member) => member() + this.space());
    return `${this.space()}{${inside.join(",")}}${this.space()}`;
  }

  key(name) {
    const escaped = `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
    return `${this.space()}"${this.random(30) === 0 ? escaped : name}"${this.space()}:${this.space()}`;
  }

  result() {
    const form = this.random(40);
    return form === 0 ? this.any(1) : form === 1 ? "null" : this.rows();
  }

  rows() {
    const rows = Array.from({ length: this.random(5) }, () => `${this.space()}${this.row()}${this.space()}`);
    return `[${rows.join(",")}]`;
  }

  row() {
    let names = NAMES;
    const form = this.random(4);
    if (form === 0) {
      // Any order, with some twice and some unknown.
      names = [...NAMES, "message_id", "text", "direction", "unknown", "message", "text2"];
      for (let at = names.length - 1; at > 0; at -= 1) {
        const other = this.random(at + 1);
        [names[at], names[other]] = [names[other], names[at]];
      }
      names.length = this.random(names.length + 1);
    } else if (form === 1) {
      names = NAMES.filter(() => this.random(3) > 0);
    }
    return `{${names.map((name) => this.key(name) + this.value(name) + this.space()).join(",")}}`;
  }

  value(name) {
    if (this.random(12) === 0) return "null";
    switch (name) {
      case "message_id":
      case "fragments":
      case "transaction_id":
        return this.integer();
      case "sms_id":
        return this.random(9) === 0 ? this.any(2) : this.integer();
      case "cost":
        return this.decimal();
      case "processed_date":
        return this.date();
      case "direction":
        return this.pick(['"IN"', '"OUT"', '"in"', '"Out"', '"\\u0049N"', '"up"', '" in\\n"', '""', "7"]);
      case "status_id":
        return this.pick([
          ...['"1"', '"2"', '"3"', "1", '"17"', '""', "3.0", "20e-1", '" 2.00 "', '"01"', "17.0", "1.5"],
        ]);
      case "source_number":
      case "destination_number":
        return this.random(2) === 0 ? this.integer() : this.string();
      case "text":
      case "error_message":
        return this.string();
      default:
        return this.any(4);
    }
  }

  digits(maxCount) {
    return Array.from({ length: 1 + this.random(maxCount) }, () => this.random(10)).join("");
  }

  integer() {
    const digits = this.digits(15).replace(/^0+(?=.)/, "");
    switch (this.random(12)) {
      case 0:
      case 1:
        return `"${digits}"`;
      case 2:
        return `"0${digits}"`;
      case 3:
        return this.random(6) === 0
          ? this.pick([
              ...["-0", "-1", '""', "1.5", "1e-1", "9007199254740991", '" "', '" 7\\t"', '"+7"', '"\\u0037"'],
              ...["7.00", '"7.0"', "70E-1", "7e+0", '"-7"'],
            ])
          : digits;
      default:
        return digits;
    }
  }

  decimal() {
    const [integer, fraction] = [this.random(1000), this.digits(8)];
    switch (this.random(10)) {
      case 0:
        return `"${integer}.${fraction}"`;
      case 1:
        return `${integer}`;
      case 2:
        return `-${integer}.${fraction}`;
      case 3:
        return `${integer}.${fraction}e-${this.random(10)}`;
      case 4:
        return `${integer}.${fraction}E${this.random(5)}`;
      case 5:
        return this.pick(['""', "1.5e-9", '".5"', '"+1.5"', '" 1.50 "', '"1."', "-0.0", '"1,5"']);
      default:
        return `${integer}.${fraction}`;
    }
  }

  date() {
    const two = (below, from = 0) => String(from + this.random(below)).padStart(2, "0");
    const time = `${two(24)}:${two(60)}:${two(60)}`;
    const form = this.random(30);
    if (form === 0) return '""';
    if (form === 1) return `"${1970 + this.random(80)}-${two(12, 1)}-31 ${time}"`;
    if (form === 2) {
      return this.pick([
        ...['"0000-00-00 00:00:00"', '"0000-00-00"', '"0000-00-00T00:00:00.000Z"', '"-0001-11-30 00:00:00"'],
        ...['"2026-03-01"', '"2026-03-01 10:11"', '"2026-02-29T10:11:12Z"', "1772937015"],
      ]);
    }
    if (form < 5) {
      const zones = ["", "Z", "z", " UTC", " GMT", "+03:00", "-0530", "+02", " +0300", "+24:00", "UTC", " Z"];
      const fraction = this.pick(["", "", ".5", ",25", ".678901", "."]);
      return `"2026-${two(12, 1)}-${two(28, 1)}${this.pick([" ", "T", "t"])}${time}${fraction}${this.pick(zones)}"`;
    }
    return form < 15
      ? `"2026-03-01 ${time}"`
      : `"${1970 + this.random(80)}-${two(12, 1)}-${two(28, 1)} ${time}"`;
  }

  string() {
    return `"${Array.from({ length: this.random(12) }, () => this.pick(PIECES)).join("")}"`;
  }

  any(depth) {
    const list = (make) => Array.from({ length: this.random(3) }, make).join(",");
    switch (this.random(depth === 0 ? 5 : 7)) {
      case 0:
        return this.string();
      case 1:
        return this.decimal();
      case 5:
        return `[${list(() => this.any(depth - 1))}]`;
      case 6:
        return `{${list(() => this.key("k") + this.any(depth - 1))}}`;
      default:
        return this.pick(["true", "false", "null"]);
    }
  }
}
