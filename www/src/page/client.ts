import { SmsHistoryClient, type SmsHistoryEvent } from "voximplant-sms-history";

/**
 * A client of the API that the Worker is set up for, with tokens that the Worker mints.
 * @param onRetry called when a request failed and will be sent again
 */
export async function connect(onRetry: () => void): Promise<SmsHistoryClient> {
  const { baseUrl } = await ask<{ baseUrl: string }>("/config", { method: "GET" });
  // The client keeps a token until shortly before it expires, and only then asks for the next one.
  const token = async () => (await ask<{ token: string }>("/token", { method: "POST" })).token;
  const onEvent = ({ type }: SmsHistoryEvent) => {
    if (type === "retry") onRetry();
  };
  return new SmsHistoryClient({ baseUrl, token, onEvent });
}

/** The Worker said no. Its messages hold no secret. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new WorkerError(`${path} can't be reached`);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new WorkerError(`${path} answered: ${reasonIn(body) ?? `HTTP ${response.status}`}`);
  return body as T;
}

function reasonIn(body: unknown): string | undefined {
  const error = (body as { error?: { message?: unknown } } | undefined)?.error;
  return typeof error?.message === "string" ? error.message : undefined;
}
