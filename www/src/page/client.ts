import { SmsHistoryClient, type SmsHistoryEvent } from "voximplant-sms-history";

/** The timeout of requests to the Worker, which responds quickly. */
const TIMEOUT_MS = 15_000;

/**
 * Creates a client of the API that the Worker is configured for, with tokens that the Worker mints.
 * @param onRetry called when a failed request is about to be repeated
 */
export async function connect(onRetry: () => void): Promise<SmsHistoryClient> {
  const { baseUrl } = await ask<{ baseUrl: string }>("/config", "GET");
  // The client caches a token until shortly before it expires.
  const token = async () => (await ask<{ token: string }>("/token", "POST")).token;
  const onEvent = ({ type }: SmsHistoryEvent) => {
    if (type === "retry") onRetry();
  };
  return new SmsHistoryClient({ baseUrl, token, onEvent });
}

/** The likely remedy for a failed request to the Worker. */
export type Remedy = "connection" | "sign_in" | "settings";

/** A failed request to the Worker or a proxy before it. Its messages contain no secrets. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";

  constructor(
    message: string,
    readonly remedy: Remedy,
  ) {
    super(message);
  }
}

type Method = "GET" | "POST";

async function ask<T>(path: string, method: Method): Promise<T> {
  const { response, body } = await exchange(path, method);
  if (response.type === "opaqueredirect") throw new WorkerError(`${path} leads to another page`, "sign_in");
  if (!response.ok) {
    const remedy = response.status === 401 || response.status === 403 ? "sign_in" : "settings";
    throw new WorkerError(`${path} answered: ${reasonIn(body) ?? `HTTP ${response.status}`}`, remedy);
  }
  // Some login proxies respond in place of the Worker with status 200.
  if (body === undefined) throw new WorkerError(`${path} is another page`, "sign_in");
  return body as T;
}

/** Fetches a response and its body, which is undefined if it is not JSON. */
async function exchange(path: string, method: Method): Promise<{ response: Response; body: unknown }> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    // After a sign-in expires, a login proxy redirects every request to an origin that the page may not access. Without
    // following redirects, this differs from a failed connection.
    const response = await fetch(path, { method, redirect: "manual", signal: limit });
    return { response, body: parsed(await response.text()) };
  } catch {
    const what = limit.aborted ? `did not answer within ${TIMEOUT_MS / 1_000} seconds` : "can't be reached";
    throw new WorkerError(`${path} ${what}`, "connection");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonIn(body: unknown): string | undefined {
  const error = (body as { error?: { message?: unknown } } | null | undefined)?.error;
  return typeof error?.message === "string" ? error.message : undefined;
}
