/** Exports all messages that the filters match, as one file that is complete, or none. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { fileName, localDelimiter, save } from "../csv.js";
import { costs, messages, source, summary } from "../data.js";
import { bytes, days, decimalSign, integer } from "../format.js";
import { words } from "../i18n/export-words.js";
import { t } from "../i18n/index.js";
import type { ExportOptions, MessageFilter, ReadProgress } from "../source.js";
import { filter, messageFilter, period, state } from "../state/page-state.js";
import { explain, type Trouble } from "../trouble.js";
import { Dialog } from "./dialog.js";
import { setFilters } from "./filters.js";

type Phase =
  | { name: "idle" }
  | { name: "running"; progress: ReadProgress | undefined }
  | { name: "done"; rows: number; size: number }
  | { name: "cancelled" }
  | { name: "failed"; trouble: Trouble };

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const phase = useSignal<Phase>({ name: "idle" });
  const controller = useRef<AbortController | undefined>(undefined);
  const isCsv = useSignal(true);
  // Back and forward may change the filters behind the dialog.
  const [contents] = useState(contentsOf);
  useLayoutEffect(() => () => controller.current?.abort(), []);
  const run = async (options: ExportOptions) => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    const onProgress = (progress: ReadProgress) => {
      if (!signal.aborted) phase.value = { name: "running", progress };
    };
    phase.value = { name: "running", progress: undefined };
    try {
      const { body, type, done } = await source.export(contents.wanted, options, { signal, onProgress });
      // Nothing is saved until every message is there. Browsers replace the error of a body by their own, and `done` has it.
      const [content, { rows }] = await Promise.all([new Response(body).blob(), done]);
      signal.throwIfAborted();
      const blob = new Blob([content], { type });
      save(`${contents.name}.${options.format}`, blob);
      phase.value = { name: "done", rows, size: blob.size };
    } catch (error) {
      phase.value = signal.aborted ? { name: "cancelled" } : { name: "failed", trouble: explain(error) };
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    void run({
      format: isCsv.value ? "csv" : "ndjson",
      delimiter: (fields.get("delimiter") ?? ",") as ExportOptions["delimiter"],
      // Spreadsheets need it to read UTF-8, and programs do not expect it.
      byteOrderMark: isCsv.value,
    });
  };
  const isRunning = phase.value.name === "running";
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form onSubmit={submit} class="export">
        <Contents {...contents} />
        <fieldset disabled={isRunning}>
          <legend>{words.format}</legend>
          {[true, false].map((csv) => (
            <label key={String(csv)} class="choice">
              <input
                type="radio"
                name="format"
                value={csv ? "csv" : "ndjson"}
                checked={isCsv.value === csv}
                onChange={() => {
                  isCsv.value = csv;
                }}
              />
              <span>{csv ? words.csv : words.ndjson}</span>
            </label>
          ))}
        </fieldset>
        {isCsv.value && (
          <label>
            <span>{words.delimiter}</span>
            <select name="delimiter" disabled={isRunning}>
              {([",", ";", "\t"] as const).map((delimiter) => (
                <option key={delimiter} value={delimiter} selected={delimiter === localDelimiter}>
                  {words.delimiters[delimiter]}
                </option>
              ))}
            </select>
          </label>
        )}
        {isCsv.value && decimalSign !== "." && <p>{words.decimals}</p>}
        <p class="quiet">{words.hint}</p>
        <Outcome phase={phase.value} />
        <div class="buttons">
          {/* With keys: a click on one button must not act on the other, which takes its place. */}
          {isRunning ? (
            <button type="button" key="cancel" onClick={() => controller.current?.abort()}>
              {t.cancel}
            </button>
          ) : (
            <button type="submit" key="start" class="primary">
              {words.start}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

type ContentsProps = ReturnType<typeof contentsOf>;

/** What the file will contain, and its name without the extension. */
function contentsOf() {
  const { from, to } = period.value;
  const wanted: MessageFilter = state.value.view === "messages" ? messageFilter.value : filter.value;
  return {
    ...{ wanted, state: state.value, range: `${days(from, to)} (${state.value.zone})` },
    filters: setFilters().map(({ text }) => text),
    name: fileName("messages", ...filterWords()),
  };
}

function Contents({ range, filters, ...contents }: ContentsProps) {
  const count = contents.state === state.value ? countOf() : undefined;
  return (
    <dl class="details">
      <div>
        <dt>{t.range}</dt>
        <dd>{range}</dd>
      </div>
      <div>
        <dt>{t.filters}</dt>
        <dd>{filters.join(", ") || words.noFilters}</dd>
      </div>
      {count !== undefined && (
        <div>
          <dt>{t.messages}</dt>
          <dd>{integer(count)}</dd>
        </div>
      )}
    </dl>
  );
}

/** The number of messages, if the view behind the dialog knows it. */
function countOf(): number | undefined {
  const { view } = state.value;
  const list = messages.state.value;
  if (view === "messages")
    return list.phase === "ready" && list.isCurrent ? list.data?.list.length : undefined;
  const { data, isCurrent } = (view === "costs" ? costs : summary).state.value;
  return data && isCurrent ? data.sent.count + data.received.count + data.otherDirections : undefined;
}

/** The filters in the name of a file, without numbers and texts. */
function filterWords(): string[] {
  const words = setFilters().map(({ name }) =>
    name !== "direction" ? "filtered" : state.value.direction === "in" ? "received" : "sent",
  );
  return [...new Set(words)];
}

function Outcome({ phase }: { phase: Phase }) {
  return (
    <div role="status" class="outcome">
      {phase.name === "running" && (
        <>
          <p>
            {phase.progress
              ? words.running(integer(phase.progress.read), integer(phase.progress.total))
              : t.loading}
          </p>
          <progress
            aria-label={words.title}
            max={phase.progress?.total ?? 1}
            value={phase.progress?.read ?? 0}
          />
        </>
      )}
      {phase.name === "done" && <p>{words.done(integer(phase.rows), bytes(phase.size))}</p>}
      {phase.name === "cancelled" && <p>{words.cancelled}</p>}
      {phase.name === "failed" && <p>{t.trouble[phase.trouble.name].join(" ")}</p>}
    </div>
  );
}
