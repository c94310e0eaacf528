// Did you mean: as src/suggest.rs, for errors that are thrown before the WebAssembly is loaded, or without it.

/** The least similarity of a suggestion, 0 to 1. */
const MIN_SIMILARITY = 0.77;
/** The similarity of a name that is the last word of a known one. */
const WORD_SIMILARITY = 0.9;
const MIN_WORD_CHARS = 5;

/**
 * Returns the message for a name that is none of `known`. Text that does not look like a name is not repeated.
 * @param {string} what the argument that has the name
 * @param {string} noun
 * @param {string} name
 * @param {readonly string[]} known
 */
export function unknownName(what, noun, name, known) {
  const list = known.length === 1 ? `the only one is \`${known[0]}\`` : `known are ${known.join(", ")}`;
  if (!/^[A-Za-z][\w.-]{0,23}$/.test(name) || name.replace(/\D/g, "").length > 4)
    return `${what}: unknown ${noun} with a name of ${[...name].length} characters; ${list}`;
  const nearest = suggest(name, known);
  return `${what}: unknown ${noun} \`${name}\`; ${nearest === undefined ? list : `did you mean \`${nearest}\`?`}`;
}

/**
 * @param {string} name
 * @param {readonly string[]} known
 */
function suggest(name, known) {
  const folded = fold(name);
  // A single letter is similar to every name that it begins.
  if (folded.length < 2) return undefined;
  const ranked = known.map((each) => ({ each, similarity: similarityOf(folded, fold(each)) }));
  const [best] = ranked.sort((a, b) => b.similarity - a.similarity);
  return best && best.similarity >= MIN_SIMILARITY ? best.each : undefined;
}

/**
 * @param {string} name
 * @param {string} known
 */
function similarityOf(name, known) {
  const isWord = name.length >= MIN_WORD_CHARS && known.endsWith(name);
  return Math.max(jaroWinkler(name, known), isWord ? WORD_SIMILARITY : 0);
}

/**
 * Drops case and separators.
 * @param {string} name
 */
function fold(name) {
  return name.replace(/[_-]/g, "").toLowerCase();
}

/**
 * The Jaro-Winkler similarity of two texts, 0 to 1.
 * @param {string} one
 * @param {string} other
 */
function jaroWinkler(one, other) {
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  /** The positions in `other` of the characters of `one` that match. */
  const /** @type {number[]} */ found = [];
  for (let at = 0; at < one.length; at += 1) {
    const character = /** @type {string} */ (one[at]);
    let match = other.indexOf(character, Math.max(0, at - reach));
    while (found.includes(match)) match = other.indexOf(character, match + 1);
    if (match >= 0 && match <= at + reach) found.push(match);
  }
  if (found.length === 0) return 0;
  const inOrder = [...found].sort((a, b) => a - b);
  const swapped = inOrder.filter((position, at) => other[position] !== other[Number(found[at])]).length;
  const matches = found.length;
  const jaro =
    (matches / one.length + matches / other.length + (matches - Math.floor(swapped / 2)) / matches) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < one.length && one[prefix] === other[prefix]) prefix += 1;
  return jaro > 0.7 ? jaro + 0.1 * prefix * (1 - jaro) : jaro;
}
