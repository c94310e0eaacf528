/** The element with an id. The page is made together with its script: a missing one is a defect. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}

/** A new element with text. Text that comes from outside gets into the page by textContent alone, never as markup. */
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
 * Switches a button off or on. Unlike one that is `disabled`, a button that is off keeps the focus: whoever pages by
 * keyboard stays where they are while a page loads.
 */
export function setOff(button: HTMLButtonElement, off: boolean): void {
  button.setAttribute("aria-disabled", String(off));
}

/** Calls back when a button is pressed that is not off. */
export function onPress(button: HTMLButtonElement, action: () => void): void {
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") action();
  });
}
