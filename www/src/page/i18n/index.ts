/** The words of the page in the reader's language, and the formats of the reader's place. */
import { state } from "../state/page-state.js";
import type { Catalogue } from "./en.js";

/** The page loads only the reader's catalogue. */
const CATALOGUES = {
  en: async () => (await import("./en.js")).en,
  de: async () => (await import("./de.js")).de,
} satisfies Record<string, () => Promise<Catalogue>>;

const known = (name: string): name is keyof typeof CATALOGUES => name in CATALOGUES;

/** The language: chosen, or the first one of the browser that has a catalogue. */
export const language: keyof typeof CATALOGUES =
  state.peek().lang ?? navigator.languages.map((name) => name.split("-")[0] ?? "").find(known) ?? "en";

/** The reader's place, such as `de-CH`, if its language is the page's. */
export const locale =
  navigator.languages.find((name) => name.split("-")[0] === language && isLocale(name)) ?? language;

/** Browsers may take a place over from the machine that is none, such as `en-US@posix`. */
function isLocale(name: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(name).length > 0;
  } catch {
    return false;
  }
}

/** The words. Loaded by {@link loadWords}, before anything is drawn. */
export let t: Catalogue;

export async function loadWords(): Promise<void> {
  document.documentElement.lang = language;
  t = await CATALOGUES[language]();
}
