// The code blocks of a Markdown file.

/**
 * A fenced block: its language, the words after the language (which no reader of the rendered page sees), its code, and
 * the line at which it begins.
 * @typedef {{ language: string, words: string[], code: string, line: number }} Block
 */

/**
 * Every fenced block of a text, in order. A block that does not end, one that is indented, and one without a language
 * are errors: they would be code that nobody runs.
 * @param {string} markdown
 * @returns {Block[]}
 */
export function blocksOf(markdown) {
  const blocks = [];
  let open;
  for (const [at, text] of markdown.split("\n").entries()) {
    const line = at + 1;
    if (open && text === "```") {
      blocks.push({ ...open, code: open.code.join("\n") });
      open = undefined;
    } else if (open) {
      open.code.push(text);
    } else if (/^\s*(```|~~~)/.test(text)) {
      const [language, ...words] = text.replace(/^```/, "").split(/\s+/);
      if (!/^```\w+/.test(text))
        throw new Error(`line ${line}: a block must begin with \`\`\` and a language`);
      open = { language, words, code: [], line };
    } else if (/^(\t| {4})\s*\S/.test(text)) {
      throw new Error(`line ${line}: an indented line is a code block without a language`);
    }
  }
  if (open) throw new Error(`line ${open.line}: the block does not end`);
  return blocks;
}
