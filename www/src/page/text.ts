import { create } from "./dom.js";

/** A text of more characters or lines is shown in part at first, as `.folded` in table.css. */
const MOST_CHARACTERS = 600;
const MOST_LINES = 8;

/** A cell with a number or a name. */
export function nameCell(name: string): HTMLTableCellElement {
  // Whoever sends a message may choose its name. Characters that turn the direction of what follows could make one look
  // like another: they are seen here, and do nothing.
  return create("td", name.replace(/\p{Bidi_Control}/gu, "\uFFFD"));
}

/** A cell with the text of a message. */
export function textCell(text: string): HTMLTableCellElement {
  const long = isLong(text);
  const cell = create("td", long ? "" : text, "text");
  // Each text is written in its own language's direction.
  cell.dir = "auto";
  if (long) cell.append(...foldable(text));
  return cell;
}

function isLong(text: string): boolean {
  return text.length > MOST_CHARACTERS || text.split("\n", MOST_LINES + 1).length > MOST_LINES;
}

/** All of a text, of which a part is in sight, and the button that shows and hides the rest. */
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
