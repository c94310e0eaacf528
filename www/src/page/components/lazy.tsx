/** Parts of the page that load after the first view. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Reload } from "./reload.js";

/** Wraps a component whose script loads when it is shown, or earlier by `preload`. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const loadOnce = async () => {
    loaded.value ??= await load();
  };
  function Lazy(props: Props) {
    const [isFailed, setFailed] = useState(false);
    useEffect(() => {
      loadOnce().catch(() => setFailed(true));
    }, []);
    const Component = loaded.value;
    if (Component) return <Component {...props} />;
    if (!isFailed) return <p role="status">{t.loading}</p>;
    // The script of an older version is gone after a deployment.
    return <Reload text={t.newVersion} button={t.reload} />;
  }
  // A reader who is offline meanwhile sees nothing of it. The view loads when it is opened.
  const preload = () => loadOnce().catch(() => {});
  return Object.assign(Lazy, { preload });
}
