/** The message whose id the reader searches for. */
import { computed, effect } from "@preact/signals";
import { messages, source } from "../data.js";
import { moment } from "../format.js";
import { t } from "../i18n/index.js";
import type { FoundMessage } from "../source.js";
import { Loader } from "../state/loader.js";
import { refreshedAt, state } from "../state/page-state.js";
import { opened } from "../state/selection.js";
import { LoadStatus } from "./load-status.js";
import { statusOf } from "./message-row.js";

/** A search for digits alone, or for `id 123` and `#123` as logs write them. It may also be for a number, or for digits in a text. */
const searchedId = computed(() => {
  const { view, text = "" } = state.value;
  const id = Number(/^(?:#|id)?[\s:=#]*([1-9]\d*)$/i.exec(text)?.[1]);
  return view === "messages" && Number.isSafeInteger(id) ? id : undefined;
});

const asked = new Loader<FoundMessage | undefined>();

effect(() => {
  const id = searchedId.value;
  // A refresh asks again.
  const key = JSON.stringify([id, refreshedAt.value]);
  if (id !== undefined && source.message) asked.load(key, async (call) => source.message?.(id, call));
});

/** `undefined`: there is none, or not yet. */
export const found = computed<FoundMessage | undefined>(() => {
  const id = searchedId.value;
  if (id === undefined) return undefined;
  const { data, isCurrent } = asked.state.value;
  if (source.message) return isCurrent ? data : undefined;
  const list = messages.state.value.data?.list;
  for (let index = 0; index < (list?.length ?? 0); index += 1) {
    const message = list?.at(index);
    if (message?.messageId === id) return { message, isGone: false };
  }
  return undefined;
});

export function MessageById() {
  const id = searchedId.value;
  if (id === undefined) return null;
  const { phase } = (source.message ? asked : messages).state.value;
  const none = source.message ? t.noSuchId : t.noSuchIdInRange;
  // A search for a number finds messages, but no id.
  const isNone = phase === "ready" && !messages.state.value.data?.list.length;
  return (
    <>
      {source.message && <LoadStatus loader={asked} />}
      <p class="by-id" role="status">
        {found.value ? <Found {...found.value} /> : isNone && none(id)}
      </p>
    </>
  );
}

function Found({ message, isGone }: FoundMessage) {
  return (
    <>
      {t.messageId} {message.messageId}: {moment(message.processedDate)}, {statusOf(message)}.{" "}
      {isGone && `${t.gone} `}
      <button type="button" onClick={() => (opened.value = message)}>
        {t.details}
      </button>
    </>
  );
}
