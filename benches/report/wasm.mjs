// Splits a WebAssembly module into parts to measure their sizes.

const [CUSTOM, IMPORT, CODE, DATA] = [0, 2, 10, 11];
const FUNCTION_NAMES = 1;

/** Reads numbers and slices sequentially. */
class Reader {
  constructor(bytes, at = 0) {
    Object.assign(this, { bytes, at });
  }

  get isAtEnd() {
    return this.at >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** Reads an unsigned LEB128 number. */
  number() {
    let [value, scale, byte] = [0, 1, 0];
    do {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value;
  }

  take(length = this.number()) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.take());
  }

  limits() {
    const hasMost = this.byte() & 1;
    this.number();
    if (hasMost) this.number();
  }
}

/** Counts the imported functions, whose indices precede those of the module's functions. */
function importedFunctions(section) {
  const reader = new Reader(section);
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === 0) functions += 1;
    if (kind === 0) reader.number();
    else if (kind === 1) [reader.byte(), reader.limits()];
    else if (kind === 2) reader.limits();
    else reader.take(2);
  }
  return functions;
}

function functionNames(section) {
  const names = new Map();
  const reader = new Reader(section);
  while (!reader.isAtEnd) {
    const [kind, content] = [reader.byte(), new Reader(reader.take())];
    if (kind !== FUNCTION_NAMES) continue;
    for (let left = content.number(); left > 0; left -= 1) names.set(content.number(), content.text());
  }
  return names;
}

/** Returns the functions of a module with their names, its data, and the rest without the names. */
export function sectionsOf(bytes) {
  const reader = new Reader(bytes, 8);
  const others = [bytes.subarray(0, 8)];
  let [imported, names, bodies, data] = [0, new Map(), [], Buffer.alloc(0)];
  while (!reader.isAtEnd) {
    const [id, content] = [reader.byte(), reader.take()];
    const section = new Reader(content);
    if (id === CODE) bodies = Array.from({ length: section.number() }, () => section.take());
    else if (id === DATA) data = content;
    else if (id === CUSTOM) {
      if (section.text() === "name") names = functionNames(content.subarray(section.at));
    } else others.push(content);
    if (id === IMPORT) imported = importedFunctions(content);
  }
  const functions = bodies.map((body, index) => ({ name: names.get(imported + index) ?? "", body }));
  return { functions, data, others: Buffer.concat(others) };
}
