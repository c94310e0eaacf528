/** Responses of the Worker itself: refusals, failures and redirects. */
import { SmsHistoryError } from "voximplant-sms-history/edge";
import { WORKER_HEADERS } from "./security.js";
import { SettingsError } from "./settings.js";

export type RefusalReason = "signed_out" | "forbidden" | "settings" | "unavailable";

/** The API's codes 100 (authorization failed), 104 (forbidden command) and 2 (internal), so that clients understand them. */
const REASONS: Record<RefusalReason, { status: number; code: number; what: string }> = {
  signed_out: { status: 401, code: 100, what: "You are not signed in." },
  forbidden: { status: 403, code: 104, what: "Your account may not read these messages." },
  settings: { status: 500, code: 2, what: "The settings of this dashboard are wrong." },
  unavailable: { status: 503, code: 2, what: "The sign-in service is unavailable." },
};

/**
 * Creates the response of a refused request: a page for navigations, and otherwise the API's error envelope, which the page's
 * client reads as a typed error.
 * @param detail for the operator, without secrets
 */
export function refusal(request: Request, reason: RefusalReason, detail = ""): Response {
  const { status, code, what } = REASONS[reason];
  if (isNavigation(request)) return refusalPage(status, reason, what, detail);
  return failure(status, code, detail || what, { reason });
}

/** Creates the response of a request whose sign-in could not be checked. */
export function signInFailure(request: Request, error: unknown): Response {
  if (error instanceof SettingsError) return refusal(request, "settings", error.message);
  return refusal(request, "unavailable");
}

/** Creates an error response with the API's envelope. */
export function failure(status: number, code: number, message: string, more: object = {}): Response {
  const body = { error: { code, msg: message, ...more } };
  return Response.json(body, { status, headers: WORKER_HEADERS });
}

/** Converts a thrown error to a response. Messages of the library and about settings contain no secrets, others may. */
export function failureOf(request: Request, error: unknown): Response {
  if (error instanceof SettingsError) return refusal(request, "settings", error.message);
  const isSafe = error instanceof SmsHistoryError;
  return failure(500, 2, isSafe ? error.message : "the Worker failed; this is a defect of the dashboard", {
    reason: isSafe ? "settings" : "internal",
  });
}

export function redirect(location: string, setCookie?: string): Response {
  const headers = new Headers(WORKER_HEADERS);
  headers.set("Location", location);
  if (setCookie) headers.append("Set-Cookie", setCookie);
  return new Response(null, { status: 303, headers });
}

/** Whether a browser loads a page, which its reader sees. */
export function isNavigation(request: Request): boolean {
  const mode = request.headers.get("Sec-Fetch-Mode");
  if (request.method !== "GET") return false;
  return mode === null ? (request.headers.get("Accept") ?? "").includes("text/html") : mode === "navigate";
}

const ACTIONS: Record<RefusalReason, string> = {
  signed_out: '<p><a class="button" href="/">Sign in</a></p>',
  forbidden:
    '<p>Ask the person who runs this dashboard for access, or <a href="/auth/sign-out">sign in with another account</a>.</p>',
  settings: "<p>The person who runs this dashboard can correct them:</p>",
  unavailable:
    "<p>Try again in a minute. If this stays, tell the person who runs this dashboard.</p>" +
    '<p><a class="button" href="/">Try again</a></p>',
};

function refusalPage(status: number, reason: RefusalReason, what: string, detail: string): Response {
  const more = detail ? `<pre>${escaped(detail)}</pre>` : "";
  return workerPage(status, `<p>${escaped(what)}</p>${ACTIONS[reason]}${more}`);
}

/** The page that offers the demo's sign-in, which then leads to the requested address. */
export function demoSignInPage(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  const back = `<input type="hidden" name="back" value="${escaped(pathname + search)}">`;
  const choice = (role: string, label: string) =>
    `<form method="post" action="/auth/demo/${role}">${back}<button class="button">${label}</button></form>`;
  return workerPage(
    200,
    `<p>This is a demonstration on this computer. Choose what you may see:</p>${choice("reader", "Sign in")}` +
      choice("masked", "Sign in without texts and full numbers"),
  );
}

/** Creates a page without scripts. */
export function workerPage(status: number, body: string): Response {
  const html =
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>SMS history</title>' +
    '<link rel="icon" href="data:,"><link rel="stylesheet" href="/auth/style.css"></head>' +
    `<body><main><h1>SMS history</h1>${body}</main></body></html>`;
  const headers = { ...WORKER_HEADERS, "Content-Type": "text/html; charset=utf-8" };
  return new Response(html, { status, headers });
}

export function workerStyle(): Response {
  const css =
    ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{margin:0;display:grid;min-height:100vh;" +
    "place-items:center}main{max-width:34rem;padding:1.5rem}pre{white-space:pre-wrap}" +
    ".button{display:inline-block;font:inherit;padding:.55rem 1.1rem;margin:.25rem 0;border:1px solid;border-radius:8px;" +
    "background:light-dark(#1a5fd0,#6ba4ff);color:light-dark(#fff,#0b1220);text-decoration:none;cursor:pointer}" +
    "a:not(.button){color:light-dark(#1a5fd0,#6ba4ff)}";
  return new Response(css, { headers: { ...WORKER_HEADERS, "Content-Type": "text/css" } });
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
