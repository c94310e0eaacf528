import { type ComponentChild, render } from "preact";
import { App } from "./app.js";
import { Reload } from "./components/reload.js";
import { start } from "./data.js";
import { language, loadWords } from "./i18n/index.js";
import { LiveSource } from "./live-source.js";
import { settings } from "./settings.js";
import type { Source } from "./source.js";

/** What a reader sees if the page cannot start. No catalogue is needed, because it may be what did not load. */
const FAILED = {
  en: ["The page could not be loaded completely.", "Reload"],
  de: ["Die Seite ließ sich nicht vollständig laden.", "Neu laden"],
} as const;

const app = document.getElementById("app");
if (!app) throw new Error("#app: expected an element, got none");
Promise.all([openSource().then(start), loadWords()]).then(
  () => draw(<App />, app),
  (error) => {
    const [text, button] = FAILED[language];
    draw(<Reload {...{ text, button }} />, app);
    throw error;
  },
);

function draw(what: ComponentChild, app: HTMLElement): void {
  app.replaceChildren();
  render(what, app);
}

async function openSource(): Promise<Source> {
  if (!settings.archive) return new LiveSource(settings);
  // Only pages of a deployment with an archive load its script.
  const { ArchiveSource } = await import("./archive-source.js");
  return new ArchiveSource(settings.archive.path);
}
