/** The keys that work everywhere but in fields. The catalogues list them. */
import type { Signal } from "@preact/signals";
import { current, refreshAll } from "./data.js";
import { navigate, state } from "./state/page-state.js";
import { moveSelection, openSelection } from "./state/selection.js";

export function startShortcuts(dialog: Signal<"export" | "help" | undefined>): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      // A dialog whose script is still loading.
      if (dialog.value) dialog.value = undefined;
      else if (current.value.state.value.phase === "loading") current.value.cancel();
      return;
    }
    const { target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    // A button or link has its own meaning for Enter.
    if (event.key === "Enter" && target instanceof Element && target.closest("button, a, summary")) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    // A key that is held moves on in the list, and does everything else once.
    if (!event.repeat || "jk".includes(event.key)) action(dialog);
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

const actions: Record<string, (dialog: Signal<"export" | "help" | undefined>) => void> = {
  "1": () => navigate({ view: "overview" }),
  "2": () => navigate({ view: "messages" }),
  "3": () => navigate({ view: "costs" }),
  "/": () => {
    if (state.value.view !== "messages") navigate({ view: "messages" });
    // After the view is rendered, which is in a microtask, and before the reader's next key.
    queueMicrotask(() => document.getElementById("search")?.focus());
  },
  f: () => document.getElementById("filter-toggle")?.click(),
  r: refreshAll,
  e: (dialog) => {
    dialog.value = "export";
  },
  j: () => moveSelection(1),
  k: () => moveSelection(-1),
  Enter: openSelection,
  "?": (dialog) => {
    dialog.value = "help";
  },
};
