import { create } from "./dom.js";

/** A text of more characters or lines is collapsed, see `.folded` in table.css. */
const MOST_CHARACTERS = 600;
const MOST_LINES = 8;

/** Creates a cell with a number or a name. */
export function nameCell(name: string): HTMLTableCellElement {
  // Senders may choose their names. Characters that change the text direction could make a name look like another, so
  // they are replaced by a visible character.
  return create("td", name.replace(/\p{Bidi_Control}/gu, "\uFFFD"));
}

/** Creates a cell with the text of a message. */
export function textCell(text: string): HTMLTableCellElement {
  const long = isLong(text);
  const cell = create("td", long ? "" : text, "text");
  // Each text has the direction of its language.
  cell.dir = "auto";
  if (long) cell.append(...foldable(text));
  return cell;
}

function isLong(text: string): boolean {
  return text.length > MOST_CHARACTERS || text.split("\n", MOST_LINES + 1).length > MOST_LINES;
}

/** Creates a collapsed text, and the button that expands it. */
function foldable(text: string): [HTMLDivElement, HTMLButtonElement] {
  const whole = create("div", text, "folded");
  const button = create("button", "Whole text", "unfold");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(!whole.classList.toggle("folded")));
  });
  return [whole, button];
}
