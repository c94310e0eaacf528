import { render } from "preact";
import { App } from "./app.js";
import { start } from "./data.js";
import { loadWords } from "./i18n/index.js";
import { LiveSource } from "./live-source.js";
import { settings } from "./settings.js";
import type { Source } from "./source.js";

void Promise.all([openSource().then(start), loadWords()]).then(() => {
  const app = document.getElementById("app");
  if (!app) throw new Error("#app: expected an element, got none");
  app.replaceChildren();
  render(<App />, app);
});

async function openSource(): Promise<Source> {
  if (!settings.archive) return new LiveSource(settings);
  // Only pages of a deployment with an archive load its script.
  const { ArchiveSource } = await import("./archive-source.js");
  return new ArchiveSource(settings.archive.path);
}
