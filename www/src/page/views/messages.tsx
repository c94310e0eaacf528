// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its rows, which elements of tables do not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and headers of a table are not interactive
/** What happened with this customer? The list of messages, newest first. */
import { useSignal } from "@preact/signals";
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { LoadStatus } from "../components/load-status.js";
import { found, MessageById } from "../components/message-by-id.js";
import { MessageDialog } from "../components/message-dialog.js";
import { MessageRow } from "../components/message-row.js";
import { NoMessages } from "../components/no-messages.js";
import { messages } from "../data.js";
import { integer } from "../format.js";
import { t } from "../i18n/index.js";
import type { MessageList } from "../source.js";
import { state } from "../state/page-state.js";
import { opened, selected } from "../state/selection.js";
import { explain, type TroubleName } from "../trouble.js";

/** The heights of rows in pixels, as in messages.css: a line of a table, and a card on a phone. */
const ROW_HEIGHT = 44;
const CARD_HEIGHT = 104;
const PHONE = matchMedia("(max-width: 940px)");
/** Browsers cannot draw elements that are higher than about 17 million pixels. */
const MAX_ROWS = 160_000;

export function Messages() {
  const { data, isCurrent, phase } = messages.state.value;
  return (
    <main id="content" class={`messages ${isCurrent ? "" : "stale"}`} aria-busy={phase === "loading"}>
      <LoadStatus loader={messages} />
      <MessageById />
      {data && <Count list={data.list} />}
      {data && data.list.length > 0 && <List key={listKey(data.list)} {...data} />}
      {data && data.list.length === 0 && phase === "ready" && !found.value && <NoMessages />}
      {opened.value && <MessageDialog message={opened.value} onClose={() => (opened.value = undefined)} />}
    </main>
  );
}

/** A new list starts at its top. */
const keys = new WeakMap<MessageList, number>();
let lastKey = 0;
function listKey(list: MessageList): number {
  let key = keys.get(list);
  if (key === undefined) {
    key = lastKey += 1;
    keys.set(list, key);
  }
  return key;
}

function Count({ list: { length, searched } }: { list: MessageList }) {
  return (
    <p class="count" role="status">
      {searched
        ? t.searched(integer(searched.read), integer(searched.total), integer(length), searched.total)
        : t.count(integer(length), length)}
      {length > MAX_ROWS && ` ${t.tooMany(integer(MAX_ROWS))}`}
    </p>
  );
}

/** @param props.version changes with the contents of the list: with the same properties, it would not be drawn again */
function List({ list }: { list: MessageList; version: number }) {
  const frame = useRef<HTMLDivElement>(null);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const isPhone = useSignal(PHONE.matches);
  const trouble = useSignal<TroubleName | undefined>(undefined);
  const height = isPhone.value ? CARD_HEIGHT : ROW_HEIGHT;
  const count = Math.min(list.length, MAX_ROWS);
  const options = {
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(0),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useEffect(() => {
    const change = () => {
      isPhone.value = PHONE.matches;
      virtualizer.measure();
    };
    PHONE.addEventListener("change", change);
    return () => PHONE.removeEventListener("change", change);
  }, [isPhone, virtualizer]);
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const [retries, retry] = useReducer((times: number) => times + 1, 0);
  useEffect(() => {
    const controller = new AbortController();
    list.load(first, last, { signal: listSignal(list) }).then(
      () => {
        if (controller.signal.aborted) return;
        trouble.value = undefined;
        redraw(0);
      },
      (error) => {
        if (controller.signal.aborted) return;
        // The rows were read ahead by a load that a refresh has ended.
        if (error.name === "AbortError") retry(0);
        else trouble.value = explain(error).name;
      },
    );
    return () => controller.abort();
  }, [list, first, last, retries, trouble]);
  useEffect(() => {
    const index = selected.value;
    // Not when the list grows: the reader may have scrolled on.
    if (index !== undefined) virtualizer.scrollToIndex(Math.min(index, virtualizer.options.count - 1));
  }, [selected.value, virtualizer]);
  useEffect(() => {
    const online = () => retry(0);
    addEventListener("online", online);
    return () => removeEventListener("online", online);
  }, []);
  return (
    <>
      {trouble.value && (
        <p class="trouble inline" role="alert">
          {t.trouble[trouble.value][0]}{" "}
          <button type="button" onClick={() => retry(0)}>
            {t.tryAgain}
          </button>
        </p>
      )}
      <div class="list" role="table" aria-label={t.listLabel} aria-rowcount={list.length + 1}>
        <div role="rowgroup" class="list-head">
          <div role="row" class="message" aria-rowindex={1}>
            {[
              t.processedIn(state.value.zone),
              t.direction,
              t.sender,
              t.recipient,
              t.messageText,
              t.status,
            ].map((name) => (
              <span role="columnheader" key={name}>
                {name}
              </span>
            ))}
            <span role="columnheader" class="number">
              {t.cost}
            </span>
          </div>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <div class="list-frame" ref={frame} tabIndex={0} role="rowgroup" aria-label={t.listLabel}>
          <div
            style={{ height: `${virtualizer.getTotalSize()}px`, position: "relative" }}
            role="presentation"
          >
            {items.map(({ index, start }) => (
              <MessageRow
                key={index}
                index={index}
                top={start}
                height={height}
                message={list.at(index)}
                isSelected={selected.value === index}
                onOpen={(message) => {
                  selected.value = index;
                  opened.value = message;
                }}
              />
            ))}
          </div>
        </div>
      </div>
    </>
  );
}

/** Rows are read until another list takes the place of theirs. */
const signals = new WeakMap<MessageList, AbortController>();
let lastController: AbortController | undefined;
function listSignal(list: MessageList): AbortSignal {
  let controller = signals.get(list);
  if (!controller) {
    lastController?.abort();
    controller = lastController = new AbortController();
    signals.set(list, controller);
  }
  return controller.signal;
}
