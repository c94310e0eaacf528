import { troubleOf } from "./advice.js";
import { create, element, setOff } from "./dom.js";
import { counted, whole } from "./format.js";
import type { Place } from "./history.js";
import { showRows } from "./table.js";

const form = element("filters", HTMLFormElement);
const status = element("status", HTMLParagraphElement);
const alert = element("error", HTMLDivElement);
const frame = element("rows-frame", HTMLElement);
const totals = element("totals", HTMLParagraphElement);
const asOf = element("as-of", HTMLParagraphElement);
const body = element("messages", HTMLTableElement).tBodies[0] as HTMLTableSectionElement;
const previous = element("previous", HTMLButtonElement);
const next = element("next", HTMLButtonElement);
const csv = element("csv", HTMLButtonElement);

/** Shows that rows or a file are loading. */
export function showLoading(what: string): void {
  showWaiting(what);
  frame.setAttribute("aria-busy", "true");
  clearTrouble();
  setButtons(undefined);
}

/** Shows a status text. */
export function showWaiting(what: string): void {
  status.textContent = what;
}

export function showPlace(place: Place): void {
  const { page, filters } = place;
  showRows(body, page);
  frame.scrollTop = 0;
  if (frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  const { count, fragments, cost } = page.totals;
  totals.textContent =
    count > 0
      ? `This page: ${counted(count, "message")}, ${counted(fragments, "fragment")}, cost ${cost}`
      : "";
  asOf.textContent = `Messages until ${filters.toDate}. Times are UTC.`;
  showIdle(place);
}

/** Reverts {@link showLoading}, and keeps the rows. */
export function showIdle(place: Place | undefined): void {
  frame.setAttribute("aria-busy", "false");
  status.textContent = place ? whereIs(place) : "";
  setButtons(place);
}

export function showTrouble(error: unknown): void {
  clearTrouble();
  const { what, advice, parameter } = troubleOf(error);
  const field = parameter === undefined ? null : form.elements.namedItem(parameter);
  if (field instanceof HTMLElement) field.setAttribute("aria-invalid", "true");
  const named = parameter === undefined ? what : `${parameter}: ${what}`;
  alert.replaceChildren(create("p", withLabels(named)), create("p", advice));
  alert.hidden = false;
}

function clearTrouble(): void {
  alert.hidden = true;
  alert.replaceChildren();
  for (const field of form.elements) field.removeAttribute("aria-invalid");
}

/** Removes the rows, which no longer match the filters. */
export function clearRows(): void {
  body.replaceChildren();
  totals.textContent = "";
}

/** Replaces the library's parameter names by the labels of their fields. */
function withLabels(text: string): string {
  return text.replace(/[a-z]+[A-Z][A-Za-z]+/g, (name) => {
    const field = form.elements.namedItem(name);
    const label = field instanceof HTMLInputElement ? field.labels?.[0]?.textContent : undefined;
    return label ? `“${label}”` : name;
  });
}

function whereIs({ page, offset }: Place): string {
  const of = page.totalCount === undefined ? "" : ` of ${whole(page.totalCount)}`;
  if (page.length === 0) return offset === 0 ? "No messages match" : `No rows after ${whole(offset)}${of}`;
  return `Rows ${whole(offset + 1)}–${whole(offset + page.length)}${of}`;
}

function setButtons(place: Place | undefined): void {
  setOff(previous, !place || place.offset === 0);
  setOff(next, !place || isLast(place));
  setOff(csv, !place || place.page.length === 0);
}

function isLast({ page, offset, filters }: Place): boolean {
  if (page.totalCount === undefined) return page.length < filters.count;
  return page.length === 0 || offset + page.length >= page.totalCount;
}
