/** Data that loads, with everything that its reader may see or do meanwhile. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Call, ReadProgress } from "../source.js";
import { explain, type Trouble } from "../trouble.js";

export interface LoadState<T> {
  readonly phase: "idle" | "loading" | "ready" | "failed" | "cancelled";
  /** The newest data. Kept while other data loads, see {@link isCurrent}. */
  readonly data: T | undefined;
  /** Whether the data belongs to the last request. */
  readonly isCurrent: boolean;
  readonly progress: ReadProgress | undefined;
  /** When the load began, or last progressed (milliseconds since 1970). */
  readonly progressedAt: number;
  /** When the request is sent again (milliseconds since 1970), and whether the API asked to slow down. */
  readonly retry: { readonly at: number; readonly isRateLimit: boolean } | undefined;
  readonly trouble: Trouble | undefined;
}

const IDLE = {
  phase: "idle",
  data: undefined,
  isCurrent: false,
  progress: undefined,
  progressedAt: 0,
  retry: undefined,
  trouble: undefined,
} as const;

/** A load, whatever its data is. */
export interface AnyLoader {
  readonly state: ReadonlySignal<LoadState<unknown>>;
  retry(): void;
  cancel(): void;
  refresh(prepare: (call: Call) => Promise<void>): void;
}

export class Loader<T> implements AnyLoader {
  readonly state = signal<LoadState<T>>(IDLE);
  #key: string | undefined;
  #run: ((call: Call, onData: (data: T) => void) => Promise<T>) | undefined;
  #prepare: ((call: Call) => Promise<void>) | undefined;
  #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    addEventListener("online", () => {
      if (this.state.value.trouble?.retry) this.retry();
    });
  }

  /**
   * Loads, unless the same is loading or loaded. A load before it is ended.
   * @param key what identifies the data
   * @param run may give data that is not complete yet to `onData`
   */
  load(key: string, run: (call: Call, onData: (data: T) => void) => Promise<T>): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#run = run;
    this.#prepare = undefined;
    this.#patch({ isCurrent: false });
    void this.#start();
  }

  /** Ends the load. What was loaded before stays. */
  cancel(): void {
    this.#stop();
    this.#patch({ phase: "cancelled", retry: undefined, progress: undefined });
  }

  retry(): void {
    if (this.#run) void this.#start();
  }

  /** Loads the same again, after a step that may lead to another load. A repetition after a failure repeats that step. */
  refresh(prepare: (call: Call) => Promise<void>): void {
    this.#prepare = prepare;
    this.retry();
  }

  /** Forgets the data. */
  reset(): void {
    this.#stop();
    this.#key = undefined;
    this.#run = undefined;
    this.#prepare = undefined;
    this.state.value = IDLE;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  async #start(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    this.#stop();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    /** Ignores what a call that was ended still reports. */
    const patch = (change: Partial<LoadState<T>>) => {
      if (!signal.aborted) this.#patch(change);
    };
    patch({
      phase: "loading",
      progress: undefined,
      retry: undefined,
      trouble: undefined,
      progressedAt: Date.now(),
    });
    const call: Call = {
      signal,
      onProgress: (progress) => patch({ progress, progressedAt: Date.now(), retry: undefined }),
      onRetry: ({ delayMs, isRateLimit }) => patch({ retry: { at: Date.now() + delayMs, isRateLimit } }),
    };
    try {
      await this.#prepare?.(call);
      signal.throwIfAborted();
      this.#prepare = undefined;
      const data = await run(call, (data) => patch({ data, isCurrent: true }));
      patch({ phase: "ready", data, isCurrent: true, progress: undefined, retry: undefined });
    } catch (error) {
      if (signal.aborted) return;
      this.#fail(explain(error));
    }
  }

  #fail(trouble: Trouble): void {
    const { retry } = trouble;
    const shown = retry && { at: Date.now() + retry.delayMs, isRateLimit: retry.isRateLimit };
    this.#patch({ phase: "failed", progress: undefined, retry: shown, trouble });
    if (retry) this.#timer = setTimeout(() => this.retry(), retry.delayMs);
  }

  #patch(change: Partial<LoadState<T>>): void {
    this.state.value = { ...this.state.value, ...change };
  }
}
