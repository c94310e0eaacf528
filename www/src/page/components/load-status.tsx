/** What loads, waits or failed, and what the reader can do about it. */
import { signal, useComputed } from "@preact/signals";
import { integer } from "../format.js";
import { t } from "../i18n/index.js";
import type { AnyLoader, LoadState } from "../state/loader.js";
import type { Trouble } from "../trouble.js";

/** A load without progress for a longer time is reported as slow. */
const SLOW_MS = 8_000;

const clock = signal(Date.now());
const isOnline = signal(navigator.onLine);

setInterval(() => {
  clock.value = Date.now();
}, 500);
for (const type of ["online", "offline"]) {
  addEventListener(type, () => {
    isOnline.value = navigator.onLine;
  });
}

export function LoadStatus({ loader }: { loader: AnyLoader }) {
  const { phase, trouble, retry } = loader.state.value;
  return (
    <>
      {/* Always there, so that screen readers announce its changes. */}
      <div role="status" class="load-status">
        {phase === "loading" && <Loading loader={loader} />}
        {/* Rows of a list are read while the reader scrolls. */}
        {phase === "ready" && retry && retry.at > clock.value && <Countdown retry={retry} />}
        {phase === "cancelled" && (
          <>
            <p>{t.cancelled}</p>
            <button type="button" onClick={() => loader.retry()}>
              {t.tryAgain}
            </button>
          </>
        )}
        {!isOnline.value && !trouble && <p>{t.offline}</p>}
      </div>
      {phase === "failed" && trouble && <Failed loader={loader} trouble={trouble} />}
      {phase !== "ready" && phase !== "loading" && hasOtherData(loader) && <p class="quiet">{t.stale}</p>}
    </>
  );
}

function hasOtherData(loader: AnyLoader): boolean {
  const { data, isCurrent } = loader.state.value;
  return data !== undefined && !isCurrent;
}

function Loading({ loader }: { loader: AnyLoader }) {
  const { progress, retry, data } = loader.state.value;
  const isSlow = useComputed(() => clock.value - loader.state.value.progressedAt > SLOW_MS).value;
  return (
    <>
      {retry ? (
        <Countdown retry={retry} />
      ) : (
        <p>
          {progress && progress.total > 0
            ? t.reading(integer(progress.read), integer(progress.total), progress.total)
            : data === undefined
              ? t.loading
              : t.updating}
          {isSlow && ` ${t.slow}`}
        </p>
      )}
      {progress && progress.total > 0 && (
        <progress max={progress.total} value={progress.read} aria-label={t.loading} />
      )}
      {retry && (
        <button type="button" onClick={() => loader.retry()}>
          {t.tryNow}
        </button>
      )}
      <button type="button" onClick={() => loader.cancel()}>
        {t.cancel}
      </button>
    </>
  );
}

/** Counts down on the screen. A screen reader gets the time once. */
function Countdown({ retry }: { retry: NonNullable<LoadState<unknown>["retry"]> }) {
  const seconds = Math.max(0, Math.ceil((retry.at - clock.value) / 1000));
  const text = retry.isRateLimit ? t.waitRateLimit : t.waitRetry;
  return <p aria-live="off">{text(integer(seconds))}</p>;
}

function Failed({ loader, trouble }: { loader: AnyLoader; trouble: Trouble }) {
  const { retry } = loader.state.value;
  const [title, advice] = t.trouble[trouble.name];
  return (
    <div class="trouble" role="alert">
      <h2>{title}</h2>
      <p>{advice}</p>
      <div class="buttons">
        {trouble.name === "signedOut" ? (
          <a class="button primary" href={location.href}>
            {t.signIn}
          </a>
        ) : (
          <button type="button" class="primary" onClick={() => loader.retry()}>
            {t.tryAgain}
          </button>
        )}
        {retry && <Countdown retry={retry} />}
      </div>
      {trouble.details && (
        <details>
          <summary>{t.technical}</summary>
          <p>{trouble.details}</p>
        </details>
      )}
    </div>
  );
}
