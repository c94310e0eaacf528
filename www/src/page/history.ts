import type { SmsHistoryClient, SmsHistoryFile, SmsHistoryPage } from "voximplant-sms-history";
import { connect } from "./client.js";
import type { Filters } from "./filters.js";

/** A page of the history with its offset. */
export interface Place {
  readonly filters: Filters;
  readonly offset: number;
  readonly page: SmsHistoryPage;
}

/** Reads the history page by page. At most one request is in flight, because a new one aborts the one before. */
export class History {
  #client: SmsHistoryClient | undefined;
  #running = new AbortController();
  readonly #onRetry: () => void;

  /** @param onRetry called when a failed request is about to be repeated */
  constructor(onRetry: () => void) {
    this.#onRetry = onRetry;
  }

  /** Aborts the request in flight. Its call rejects with an AbortError. */
  stop(): void {
    this.#running.abort();
  }

  async read(filters: Filters, offset: number): Promise<Place> {
    const signal = this.#begin();
    const client = await this.#connected(signal);
    const page = await client.getSmsHistory({ ...filters, offset }, { signal });
    return { filters, offset, page };
  }

  async download({ filters, offset }: Place): Promise<SmsHistoryFile> {
    const signal = this.#begin();
    const client = await this.#connected(signal);
    return client.download({ ...filters, offset, output: "csv" }, { signal });
  }

  #begin(): AbortSignal {
    this.stop();
    this.#running = new AbortController();
    return this.#running.signal;
  }

  async #connected(signal: AbortSignal): Promise<SmsHistoryClient> {
    try {
      this.#client ??= await connect(this.#onRetry);
    } finally {
      // A stopped call reports the abort, even if it failed otherwise.
      signal.throwIfAborted();
    }
    return this.#client;
  }
}

/** Whether {@link History.stop} ended a call. */
export function isStopped(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
