/** The rows of a long list that are in sight. All have the same height, so their places need no measuring. */
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Rows that are drawn above and below those in sight. A step of scrolling shows them before the next ones are drawn. */
const OVERSCAN = 12;

/**
 * Returns the indexes of the first and the last row to draw. The component is drawn again when they change.
 * @param frame the element that scrolls
 * @param height the height of a row in pixels
 * @param count the number of rows
 */
export function useVisibleRows(
  frame: RefObject<HTMLElement | null>,
  height: ReadonlySignal<number>,
  count: number,
) {
  const top = useSignal(0);
  const size = useSignal(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const update = () => {
      top.value = element.scrollTop;
      size.value = element.clientHeight;
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener("scroll", update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", update);
    };
  }, [frame, top, size]);
  const first = useComputed(() => Math.floor(top.value / height.value) - OVERSCAN).value;
  const last = useComputed(() => Math.floor((top.value + size.value) / height.value) + OVERSCAN).value;
  return { first: Math.max(0, Math.min(first, count - 1)), last: Math.max(0, Math.min(last, count - 1)) };
}

/** Scrolls as little as is needed to show a row. */
export function reveal(frame: HTMLElement | null, index: number, height: number): void {
  if (!frame) return;
  const top = index * height;
  const lowest = top + height - frame.clientHeight;
  frame.scrollTop = Math.min(top, Math.max(lowest, frame.scrollTop));
}
