/** Parts of the page that load after the first view. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { t } from "../i18n/index.js";

/** Wraps a component whose script loads when it is shown, or earlier by `preload`. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const isFailed = signal(false);
  const preload = async () => {
    try {
      loaded.value ??= await load();
    } catch {
      isFailed.value = true;
    }
  };
  function Lazy(props: Props) {
    const Component = loaded.value;
    if (Component) return <Component {...props} />;
    if (!isFailed.value) {
      void preload();
      return <p role="status">{t.loading}</p>;
    }
    // The script of an older version is gone after a deployment.
    return (
      <div class="trouble" role="alert">
        <p>{t.newVersion}</p>
        <div class="buttons">
          <button type="button" onClick={() => location.reload()}>
            {t.reload}
          </button>
        </div>
      </div>
    );
  }
  return Object.assign(Lazy, { preload });
}
