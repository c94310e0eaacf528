import { SmsHistoryError, type SmsHistoryErrorKind } from "voximplant-sms-history";
import { type Remedy, WorkerError } from "./client.js";
import { IncompleteField } from "./filters.js";

/** What went wrong, and what the reader can do about it. */
export interface Trouble {
  readonly what: string;
  readonly advice: string;
  /** The parameter of the query that is wrong, which is also the name of its field. */
  readonly parameter?: string;
}

const ADVICE: Record<SmsHistoryErrorKind, string> = {
  invalid_query: "Correct the filter and press Show.",
  invalid_options: "The Worker's settings are wrong: whoever runs it should check VOXIMPLANT_BASE_URL.",
  credentials: "Whoever runs the Worker should set VOXIMPLANT_CREDENTIALS anew.",
  token: "Press Show to try again. If it stays, whoever runs the Worker should check its secret.",
  network: "Check the connection and press Show. The API may also refuse calls from browsers.",
  timeout: "Press Show to try again, with fewer rows a page or a shorter time.",
  http: "Press Show to try again. If it stays, the API's address may be wrong.",
  api: "Correct what the API complains about and press Show.",
  rate_limited: "Wait a little, then press Show.",
  format: "Press Show to try again. If it stays, the API's address may be wrong.",
  incomplete: "Press Show to read the page again.",
  internal: "Reload the page. If it stays, this is a defect: please report it.",
};

const WORKER_ADVICE: Record<Remedy, string> = {
  connection: "Check the connection and press Show.",
  sign_in:
    "You may have to sign in again: reload the page. If it stays, whoever runs the Worker should check its sign-in and PAGE_ORIGIN.",
  settings: "Press Show to try again. If it stays, whoever runs the Worker should check its settings.",
};

/** The API's codes for refused tokens. */
const TOKEN_CODES = [100, 447, 454, 455, 456];
const ROLE_CODES = [104];

export function troubleOf(error: unknown): Trouble {
  if (error instanceof IncompleteField) {
    return {
      what: error.message,
      advice: "Complete or clear it, and press Show.",
      parameter: error.parameter,
    };
  }
  if (error instanceof WorkerError) {
    return { what: `The dashboard's Worker failed: ${error.message}.`, advice: WORKER_ADVICE[error.remedy] };
  }
  if (!(error instanceof SmsHistoryError)) {
    return { what: "The page failed.", advice: ADVICE.internal };
  }
  // The token comes from the Worker, so its error is closer to the cause.
  if (error.kind === "token" && error.cause instanceof WorkerError) return troubleOf(error.cause);
  // The library starts such a message with the name of the parameter.
  const [, parameter, what] = /^(\w+): (.*)$/s.exec(error.message) ?? [];
  if (error.kind === "invalid_query" && parameter && what) {
    return { what, advice: ADVICE.invalid_query, parameter };
  }
  return { what: `${capital(error.message)}.`, advice: adviceOn(error) };
}

function adviceOn(error: SmsHistoryError): string {
  if (error.code !== undefined && TOKEN_CODES.includes(error.code)) {
    return "The API did not take the token. Press Show to get a new one; if it stays, whoever runs the Worker should check its credentials and its clock.";
  }
  if (error.code !== undefined && ROLE_CODES.includes(error.code)) {
    return "Whoever runs the Worker should give the service account such a role; CallsSMS is the least of them.";
  }
  return error.kind === "api" && error.retryable ? ADVICE.timeout : ADVICE[error.kind];
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
