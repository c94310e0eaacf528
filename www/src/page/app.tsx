import { signal } from "@preact/signals";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { Canvas } from "./components/chart.js";
import { Filters } from "./components/filters.js";
import { lazy } from "./components/lazy.js";
import { RangePicker } from "./components/range-picker.js";
import { Reload } from "./components/reload.js";
import { freshness, newCount, refreshAll } from "./data.js";
import { integer, moment, timeOfDay } from "./format.js";
import { language, t } from "./i18n/index.js";
import { settings } from "./settings.js";
import { startShortcuts } from "./shortcuts.js";
import type { Freshness } from "./source.js";
import { asOf, linkTo, navigate, period, range, state } from "./state/page-state.js";
import { Overview } from "./views/overview.js";

// Loaded when they are opened. The list of messages brings virtual-core.
const Messages = lazy(async () => (await import("./views/messages.js")).Messages);
const Costs = lazy(async () => (await import("./views/costs.js")).Costs);
const ExportDialog = lazy(async () => (await import("./components/export-dialog.js")).ExportDialog);
const HelpDialog = lazy(async () => (await import("./components/help-dialog.js")).HelpDialog);

/** Time after which the script of the other views loads. By then the first view has what it needs. */
const PRELOAD_MS = 3_000;

/** An account without messages for so long had none before either. */
const MAX_QUIET_MS = 365 * 24 * 60 * 60_000;

const VIEWS = ["overview", "messages", "costs"] as const;

/** The dialog that is open. */
export const dialog = signal<"export" | "help" | undefined>(undefined);

export function App() {
  // If drawing fails, the figures before would stay on the screen, beside the new filters.
  const [error] = useErrorBoundary((problem) => reportError(problem));
  return error ? <Reload text={t.trouble.internal.join(" ")} button={t.reload} /> : <Page />;
}

function Page() {
  const { view } = state.value;
  useEffect(() => startShortcuts(dialog), []);
  useEffect(() => {
    const timer = setTimeout(() => {
      void Canvas.preload();
      void Messages.preload();
      void Costs.preload();
    }, PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    document.title = `${t.views[view]} – ${t.title}`;
  }, [view]);
  const close = () => {
    dialog.value = undefined;
  };
  return (
    <>
      <Header />
      <Filters />
      <BeforeArchive />
      {settings.isArchiveFailing && (
        <p class="before-archive" role="status">
          {t.archiveFails}{" "}
          <button type="button" onClick={() => location.reload()}>
            {t.tryAgain}
          </button>
        </p>
      )}
      {/* The dialogs come before the view, so that their loading line is in sight. */}
      {dialog.value === "export" && <ExportDialog onClose={close} />}
      {dialog.value === "help" && <HelpDialog onClose={close} />}
      {view === "overview" && <Overview />}
      {view === "messages" && <Messages />}
      {view === "costs" && <Costs />}
    </>
  );
}

function Header() {
  return (
    <header class="page-head">
      <div class="head-line">
        <h1>{t.title}</h1>
        <nav aria-label={t.viewsLabel}>
          {VIEWS.map((view) => (
            <a key={view} {...linkTo({ view })} aria-current={state.value.view === view ? "page" : undefined}>
              {t.views[view]}
            </a>
          ))}
        </nav>
        <Reader />
      </div>
      <div class="head-line">
        <RangePicker />
        <Actions />
      </div>
    </header>
  );
}

function Actions() {
  return (
    <div class="actions">
      {newCount.value > 0 && (
        <button type="button" class="new" onClick={refreshAll}>
          {t.newMessages(integer(newCount.value))}
        </button>
      )}
      <button type="button" onClick={refreshAll} title="r">
        {t.refresh}
      </button>
      <button type="button" class="print" onClick={() => print()}>
        {t.print}
      </button>
      <button
        type="button"
        onClick={() => {
          dialog.value = "export";
        }}
      >
        {t.export}
      </button>
      <p class="quiet as-of source">{freshness.value ? sourceOf(freshness.value) : t.fromApi}</p>
      {period.value.isOpen && <p class="quiet as-of">{t.asOf(timeOfDay(asOf.value))}</p>}
    </div>
  );
}

function sourceOf({ exactFrom, exactUntil }: Freshness): string {
  // Its oldest messages may differ from the API since the page was loaded.
  if (!exactFrom || !exactUntil) return t.inexactArchive;
  return t.fromArchive(moment(exactFrom), moment(exactUntil));
}

/** Says that the archive lacks a part of the range, whose figures would otherwise look complete. */
function BeforeArchive() {
  const start = freshness.value?.exactFrom;
  if (!start) return null;
  const { fromDate } = period.value;
  // “All time” begins on the day of the archive's oldest message. If that is much later, there is nothing before the archive.
  const isAll = "preset" in range.value && range.value.preset === "all";
  const isCut = isAll ? fromDate.getTime() - start.getTime() < MAX_QUIET_MS : fromDate < start;
  if (!isCut) return null;
  return (
    <p class="before-archive" role="status">
      {t.beforeArchive(moment(start))}
    </p>
  );
}

function Reader() {
  return (
    <div class="reader">
      {settings.role === "masked" && <p class="quiet">{t.maskedNote}</p>}
      <p class="quiet">{t.signedInAs(settings.name)}</p>
      <label class="unseen-label">
        <span>{t.language}</span>
        <select
          name="lang"
          value={language}
          onChange={(event) => {
            navigate({ lang: event.currentTarget.value as "en" | "de" }, { replace: true });
            location.reload();
          }}
        >
          <option value="en">English</option>
          <option value="de">Deutsch</option>
        </select>
      </label>
      <button
        type="button"
        aria-label={t.help}
        title="?"
        onClick={() => {
          dialog.value = "help";
        }}
      >
        ?
      </button>
      <a href="/auth/sign-out">{t.signOut}</a>
    </div>
  );
}
