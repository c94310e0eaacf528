import { save } from "./csv.js";
import { element, onPress } from "./dom.js";
import { type Filters, readFilters } from "./filters.js";
import { History, isStopped, type Place } from "./history.js";
import { clearRows, showIdle, showLoading, showPlace, showTrouble, showWaiting } from "./view.js";

/** Changes within this time, such as the parts of a date, are sent as one request. */
const SETTLE_MS = 250;

const form = element("filters", HTMLFormElement);
const history = new History(() => showWaiting("Trying again…"));
let place: Place | undefined;
let settling: ReturnType<typeof setTimeout> | undefined;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  showFirst();
});
form.addEventListener("change", () => restartIn(SETTLE_MS));
// The fields get their new values only after this event.
form.addEventListener("reset", () => restartIn(0));
onPress(element("previous", HTMLButtonElement), () => turn(-1));
onPress(element("next", HTMLButtonElement), () => turn(1));
onPress(element("csv", HTMLButtonElement), download);
showFirst();

/** Submits new filters. The request in flight is aborted at once. */
function restartIn(milliseconds: number): void {
  history.stop();
  showLoading("Loading…");
  clearTimeout(settling);
  settling = setTimeout(showFirst, milliseconds);
}

function showFirst(): void {
  clearTimeout(settling);
  try {
    void show(readFilters(form, new Date()), 0);
  } catch (error) {
    history.stop();
    showFailure(error);
  }
}

function turn(pages: number): void {
  if (place) void show(place.filters, Math.max(0, place.offset + pages * place.filters.count));
}

async function show(filters: Filters, offset: number): Promise<void> {
  showLoading("Loading…");
  try {
    place = await history.read(filters, offset);
    showPlace(place);
  } catch (error) {
    // The code that stopped this call updates the page.
    if (isStopped(error)) return;
    showFailure(error, filters);
  }
}

/** Keeps the rows only if they match the filters. */
function showFailure(error: unknown, filters?: Filters): void {
  if (place?.filters !== filters) {
    place = undefined;
    clearRows();
  }
  showIdle(place);
  showTrouble(error);
}

async function download(): Promise<void> {
  if (!place) return;
  const from = place;
  showLoading("Loading the CSV file…");
  try {
    await save(await history.download(from));
  } catch (error) {
    if (isStopped(error)) return;
    showTrouble(error);
  }
  showIdle(from);
}
