/** Errors as the reader sees them. */
import { SmsHistoryError } from "voximplant-sms-history";
import type { Catalogue } from "./i18n/en.js";
import { settings } from "./settings.js";
import type { Retry } from "./source.js";

export type TroubleName = keyof Catalogue["trouble"];

export interface Trouble {
  /** The name of its words. A load may fail before the words are there. */
  readonly name: TroubleName;
  /** For whoever runs the dashboard. Contains no secrets and no personal data. */
  readonly details: string | undefined;
  /** When the page tries again. `undefined` for a trouble that does not go away by itself. */
  readonly retry: Retry | undefined;
  /** The filter that is wrong. */
  readonly field: "sourceNumber" | "destinationNumber" | undefined;
}

/** The API's codes for tokens that it does not accept, and for a missing role. */
const TOKEN_CODES = [100, 447, 454, 455, 456];
const ROLE_CODE = 104;

/** The Worker could not answer from the archive. */
export class AnswerError extends Error {
  /** @param trouble the name of the words for the reader */
  constructor(
    message: string,
    readonly trouble: "offline" | "network" | "timeout" | "archive" | "forbidden" | "refused" | "incomplete",
    readonly httpStatus?: number,
  ) {
    super(message);
  }
}

/** The reader's sign-in has ended. */
export class SignedOutError extends Error {}

export function explain(error: unknown): Trouble {
  const name = nameOf(error);
  return {
    name,
    details: name === "signedOut" ? undefined : detailsOf(error),
    retry: retryOf(name, error),
    field: fieldOf(error),
  };
}

/** The page tries again after this time, or after the longer one that the API asks for, up to an hour. */
const RECOVERY_MS = 15_000;
const MAX_RECOVERY_MS = 3_600_000;

function retryOf(name: TroubleName, error: unknown): Retry | undefined {
  if (!["offline", "network", "timeout", "archive", "server", "busy"].includes(name)) return undefined;
  const askedMs = error instanceof SmsHistoryError ? (error.retryAfterMs ?? 0) : 0;
  const delayMs = Math.min(Math.max(askedMs, RECOVERY_MS), MAX_RECOVERY_MS);
  return { delayMs, isRateLimit: name === "busy" };
}

function nameOf(error: unknown): TroubleName {
  if (error instanceof SignedOutError) return "signedOut";
  if (error instanceof AnswerError) return error.trouble;
  if (!(error instanceof SmsHistoryError)) return "internal";
  const { kind, code, httpStatus } = error;
  // The relay reports the API's own 401 and 403 otherwise. These are the Worker's.
  if (!settings.direct && httpStatus === 401) return "signedOut";
  if (!settings.direct && httpStatus === 403) return "forbidden";
  if (kind === "token") return tokenTrouble(error);
  if (kind === "network") return navigator.onLine ? "network" : "offline";
  if (code === ROLE_CODE) return "role";
  if (kind === "credentials" || (code !== undefined && TOKEN_CODES.includes(code))) return "credentials";
  switch (kind) {
    case "timeout":
      return "timeout";
    case "rate_limited":
      return "busy";
    case "incomplete":
      return "incomplete";
    case "invalid_query":
      return fieldOf(error) ? "invalidNumber" : "refused";
    case "invalid_options":
      // A summary of more buckets, or of more senders, than the library adds up.
      return "tooMuch";
    case "internal":
      return navigator.onLine ? "internal" : "offline";
    case "api":
      return error.retryable ? "server" : "refused";
    case "http":
      return error.retryable ? "server" : "unexpected";
    default:
      return "unexpected";
  }
}

/** The Worker or a sign-in service before it refuses the reader, or the API refuses the dashboard's own account. */
function tokenTrouble({ code, cause }: SmsHistoryError): TroubleName {
  if (cause instanceof SignedOutError) return "signedOut";
  const isOfAccount = code !== undefined && TOKEN_CODES.includes(code);
  return isOfAccount || settings.direct ? "credentials" : "signedOut";
}

function detailsOf(error: unknown): string | undefined {
  if (error instanceof AnswerError) return error.message;
  if (!(error instanceof SmsHistoryError)) return undefined;
  const { message, kind, code, httpStatus } = error;
  const facts = [kind, code !== undefined && `code ${code}`, httpStatus && `HTTP ${httpStatus}`];
  return `${message} (${facts.filter(Boolean).join(", ")})`;
}

function fieldOf(error: unknown): Trouble["field"] {
  if (!(error instanceof SmsHistoryError) || error.kind !== "invalid_query") return undefined;
  // The message of an invalid query begins with the parameter's name.
  const [, name] = /^(sourceNumber|destinationNumber):/.exec(error.message) ?? [];
  return name as Trouble["field"];
}
