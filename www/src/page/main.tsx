import { render } from "preact";
import { App } from "./app.js";
import { loadWords } from "./i18n/index.js";

void loadWords().then(() => {
  const app = document.getElementById("app");
  if (!app) throw new Error("#app: expected an element, got none");
  app.replaceChildren();
  render(<App />, app);
});
