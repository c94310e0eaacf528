/** The message that the keys act on, and the one whose details are open. */
import { computed, effect, signal } from "@preact/signals";
import { messages } from "../data.js";
import type { Message } from "../source.js";
import { state } from "./page-state.js";

/** The index of the message that the keys j, k and Enter act on. */
export const selected = signal<number | undefined>(undefined);
export const opened = signal<Message | undefined>(undefined);

/** The list that is shown. An index has no meaning in another one. */
const list = computed(() => messages.state.value.data?.list);

effect(() => {
  list.value;
  selected.value = undefined;
});

// Back and forward leave the details behind.
effect(() => {
  state.value;
  opened.value = undefined;
});

export function moveSelection(by: number): void {
  const length = list.value?.length ?? 0;
  if (length === 0) return;
  const next = selected.value === undefined ? 0 : selected.value + by;
  selected.value = Math.max(0, Math.min(length - 1, next));
}

export function openSelection(): void {
  const index = selected.value;
  if (index !== undefined) opened.value = list.value?.at(index);
}
