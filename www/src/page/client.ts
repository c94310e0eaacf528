import { SmsHistoryClient, type SmsHistoryEvent } from "voximplant-sms-history";

/** How long the Worker may take for an answer. It has little to do for one. */
const PATIENCE_MS = 15_000;

/**
 * A client of the API that the Worker is set up for, with tokens that the Worker mints.
 * @param onRetry called when a request failed and will be sent again
 */
export async function connect(onRetry: () => void): Promise<SmsHistoryClient> {
  const { baseUrl } = await ask<{ baseUrl: string }>("/config", "GET");
  // The client keeps a token until shortly before it expires, and only then asks for the next one.
  const token = async () => (await ask<{ token: string }>("/token", "POST")).token;
  const onEvent = ({ type }: SmsHistoryEvent) => {
    if (type === "retry") onRetry();
  };
  return new SmsHistoryClient({ baseUrl, token, onEvent });
}

/** What is likely to help where the Worker gave nothing. */
export type Remedy = "connection" | "sign_in" | "settings";

/** The Worker, or what stands before it, said no or nothing. Its messages hold no secret. */
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
  // Some logins answer in the Worker's place without saying that they do.
  if (body === undefined) throw new WorkerError(`${path} is another page`, "sign_in");
  return body as T;
}

/** A reply and its body, which is undefined where it is no JSON. */
async function exchange(path: string, method: Method): Promise<{ response: Response; body: unknown }> {
  const limit = AbortSignal.timeout(PATIENCE_MS);
  try {
    // Where a sign-in has expired, what guards the Worker sends every request on to its login, at an address that the
    // page may not ask. Not followed, it is told apart from a connection that fails.
    const response = await fetch(path, { method, redirect: "manual", signal: limit });
    return { response, body: parsed(await response.text()) };
  } catch {
    const what = limit.aborted ? `did not answer within ${PATIENCE_MS / 1_000} seconds` : "can't be reached";
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
