/** The filters: a form to set them, and chips to see and remove them. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { CODE_OR_NONE } from "../../error-code.js";
import { current, source } from "../data.js";
import { party } from "../format.js";
import { t } from "../i18n/index.js";
import { navigate, searchesTexts, state } from "../state/page-state.js";
import type { PageState } from "../state/url.js";

type Name = "sourceNumber" | "destinationNumber" | "party" | "direction" | "status" | "code" | "text";

/** The conditions of all views, and those of messages only. */
const COMMON: readonly Name[] = ["sourceNumber", "destinationNumber", "direction"];
const ALL: readonly Name[] = [
  ...COMMON,
  "party",
  "status",
  "code",
  ...(searchesTexts ? ["text" as const] : []),
];

export function Filters() {
  const isOpen = useSignal(false);
  const isMessages = state.value.view === "messages";
  const { trouble } = current.value.state.value;
  // A filter that was refused is shown in its field.
  useEffect(() => {
    if (trouble?.field) isOpen.value = true;
  }, [trouble?.field, isOpen]);
  return (
    <section class="filters" aria-label={t.filters}>
      <div class="filter-bar">
        <button
          type="button"
          id="filter-toggle"
          aria-expanded={isOpen.value}
          aria-controls="filter-form"
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          {t.addFilter}
        </button>
        <Chips />
        {isMessages && <Search />}
      </div>
      {isOpen.value && <FilterForm isMessages={isMessages} />}
    </section>
  );
}

/** A search for words or, by its digits, for a message's id. */
function Search() {
  const kinds = source.kind === "archive" ? t.wholeWordsHint : t.searchHint;
  const field = useRef<HTMLInputElement>(null);
  const { text } = state.value;
  // The field stays the same one, so that it keeps the focus.
  useLayoutEffect(() => {
    if (field.current) field.current.value = text ?? "";
  }, [text]);
  return (
    <search class="search-box">
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          navigate({ text: value(event.currentTarget, "text") });
        }}
      >
        <input
          type="search"
          name="text"
          id="search"
          aria-label={t.text}
          placeholder={searchesTexts ? kinds : t.messageId}
          pattern={searchesTexts ? undefined : "\\d*"}
          autocomplete="off"
          ref={field}
          onSearch={(event: Event) => {
            // The button of the field that clears it.
            if ((event.currentTarget as HTMLInputElement).value === "" && state.value.text)
              navigate({ text: undefined });
          }}
        />
        <button type="submit">{t.text}</button>
      </form>
    </search>
  );
}

function FilterForm({ isMessages }: { isMessages: boolean }) {
  const form = useRef<HTMLFormElement>(null);
  const { trouble } = current.value.state.value;
  // Other views have no such field.
  const isBadCode = useMemo(() => signal(false), [isMessages]);
  const wrong = isBadCode.value ? "code" : trouble?.field;
  // Before the page is painted: a reader may already type.
  useLayoutEffect(() => {
    const field = form.current?.elements.namedItem(wrong ?? "sourceNumber");
    if (field instanceof HTMLElement) field.focus();
  }, [wrong]);
  const { sourceNumber, destinationNumber, party: number, direction, status, code } = state.value;
  const field = (
    name: "sourceNumber" | "destinationNumber" | "party" | "code",
    known: string | undefined,
  ) => (
    <label>
      <span>{name === "code" ? t.errorCode : t[name]}</span>
      <input
        name={name}
        type="text"
        inputMode={name === "code" ? "numeric" : "text"}
        spellcheck={false}
        autocomplete="off"
        key={known}
        defaultValue={known ?? ""}
        {...(wrong === name ? { "aria-invalid": true, "aria-describedby": "filter-error" } : {})}
      />
    </label>
  );
  return (
    <form
      id="filter-form"
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        const of = (name: Name) => value(event.currentTarget, name);
        isBadCode.value = !CODE_OR_NONE.test(of("code") ?? "none");
        if (isBadCode.value) return;
        const common = {
          sourceNumber: of("sourceNumber"),
          destinationNumber: of("destinationNumber"),
          direction: of("direction") as PageState["direction"],
        };
        const more = {
          party: of("party"),
          status: of("status") as PageState["status"],
          code: of("code"),
        };
        navigate(isMessages ? { ...common, ...more } : common);
      }}
    >
      {field("sourceNumber", sourceNumber)}
      {field("destinationNumber", destinationNumber)}
      {isMessages && field("party", number)}
      <Choice
        name="direction"
        title={t.direction}
        set={direction}
        any={t.anyDirection}
        words={{ out: t.directions.out, in: t.directions.in }}
      />
      {isMessages && (
        <>
          <Choice name="status" title={t.status} set={status} any={t.anyStatus} words={t.statuses} />
          {field("code", code)}
        </>
      )}
      <button type="submit" class="primary">
        {t.apply}
      </button>
      {wrong && (
        <p id="filter-error" class="field-error" role={isBadCode.value ? "alert" : undefined}>
          {isBadCode.value ? t.badCode : trouble && t.trouble[trouble.name][0]}
        </p>
      )}
      {isMessages && source.kind === "live" && <p class="quiet">{t.readsAll}</p>}
    </form>
  );
}

interface ChoiceProps {
  name: "direction" | "status";
  title: string;
  /** The word that is set. */
  set: string | undefined;
  /** What is shown without one. */
  any: string;
  /** What is shown for each word. */
  words: Readonly<Record<string, string>>;
}

/**
 * A select that shows the word that is set. Like a text field, it is made again when the word changes, and otherwise keeps what the
 * reader chose. Preact knows no `defaultValue` of a select.
 */
function Choice({ name, title, set, any, words }: ChoiceProps) {
  return (
    <label>
      <span>{title}</span>
      <select name={name} key={set}>
        <option value="">{any}</option>
        {Object.entries(words).map(([word, shown]) => (
          <option key={word} value={word} selected={word === set}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The filters of the view that are set, in words. */
export function setFilters(names = state.value.view === "messages" ? ALL : COMMON) {
  return names.flatMap((name) => {
    const text = textOf(name, state.value);
    return text === undefined ? [] : [{ name, text }];
  });
}

export function clearFilters(): void {
  // Also the text, by which a reader who searches no texts looks for a message's id.
  navigate(Object.fromEntries([...ALL, "text"].map((name) => [name, undefined])));
}

/**
 * All filters. Those of the messages only stay in sight elsewhere, so that nobody takes the figures for filtered by them. So do those
 * that the sender of a link had: their numbers and texts are not in it.
 */
function Chips() {
  const isMessages = state.value.view === "messages";
  const isOfView = (name: Name) => isMessages || COMMON.includes(name);
  const shown = (name: Name, text: string) => (isOfView(name) ? text : t.messagesOnly(text));
  const set = [
    ...setFilters(ALL).map(({ name, text }) => ({ name, isUsed: isOfView(name), text: shown(name, text) })),
    ...state.value.missing.map((name) => ({ name, isUsed: false, text: shown(name, t.notInLink(t[name])) })),
  ];
  if (set.length === 0) return null;
  return (
    <ul class="chips">
      {set.map(({ name, text, isUsed }) => (
        <li key={name} class={isUsed ? "" : "unused"}>
          <span>{text}</span>
          <button
            type="button"
            class="plain"
            aria-label={t.removeFilter(text)}
            onClick={() => navigate({ [name]: undefined })}
          >
            ✕
          </button>
        </li>
      ))}
      {set.length > 1 && (
        <li class="clear">
          <button type="button" class="plain" onClick={clearFilters}>
            {t.clearFilters}
          </button>
        </li>
      )}
    </ul>
  );
}

function textOf(name: Name, all: PageState): string | undefined {
  const set = all[name];
  if (set === undefined) return undefined;
  switch (name) {
    case "direction":
      return t.directions[set as "in" | "out"];
    case "status":
      return t.statuses[set as keyof typeof t.statuses];
    case "code":
      return t.chip(t.errorCode, set === "none" ? t.noCode : set);
    case "text":
      return t.chip(t.text, set);
    default:
      return t.chip(t[name], party(set));
  }
}

function value(form: HTMLFormElement, name: string): string | undefined {
  const text = String(new FormData(form).get(name) ?? "").trim();
  return text === "" ? undefined : text;
}
