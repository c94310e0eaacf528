/** Returns the element with an id. Page and script belong together, so a missing element is a defect. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}

/** Creates an element with text. External text enters the page only by textContent, never as markup. */
export function create<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text: string,
  className = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/**
 * Disables or enables a button by `aria-disabled`. Unlike with `disabled`, it keeps the focus of keyboard users while a
 * page loads.
 */
export function setOff(button: HTMLButtonElement, off: boolean): void {
  button.setAttribute("aria-disabled", String(off));
}

/** Calls back when an enabled button is pressed. */
export function onPress(button: HTMLButtonElement, action: () => void): void {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") action();
  });
}
