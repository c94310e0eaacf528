import type { SmsHistoryClient, SmsHistoryFile, SmsHistoryPage } from "voximplant-sms-history";
import { connect } from "./client.js";
import type { Filters } from "./filters.js";

/** A page of the history, and its place in it. */
export interface Place {
  readonly filters: Filters;
  readonly offset: number;
  readonly page: SmsHistoryPage;
}

/** Reads the history one page at a time. At most one request is under way: a new one ends the one before. */
export class History {
  #client: SmsHistoryClient | undefined;
  #running = new AbortController();
  readonly #onRetry: () => void;

  /** @param onRetry called when a request failed and will be sent again */
  constructor(onRetry: () => void) {
    this.#onRetry = onRetry;
  }

  /** Ends the request under way, if there is one: its call rejects with an AbortError. */
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
      // A call that has been stopped ends as stopped, also where it would have failed.
      signal.throwIfAborted();
    }
    return this.#client;
  }
}

/** Whether a call ended because {@link History.stop} was called. */
export function isStopped(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
