import { type Env, isDirectMode, readBaseUrl, readSettings } from "./settings.js";

/**
 * The headers of every response. A page gets scripts and styles from its own origin only, and connects to nothing else:
 * in direct mode also to the API.
 */
function headersWith(connectSources: string) {
  return {
    "Content-Security-Policy": [
      "default-src 'self'",
      // Compiling WebAssembly needs this source. It does not allow `eval`.
      "script-src 'self' 'wasm-unsafe-eval'",
      `connect-src 'self' ${connectSources}`.trimEnd(),
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ].join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  };
}

/** The headers of responses that the Worker creates. They depend on the reader, so no cache keeps them. */
export const WORKER_HEADERS: Readonly<Record<string, string>> = {
  ...headersWith(""),
  "Cache-Control": "no-store",
};

/** The headers of the page's files. */
export function pageHeaders(env: Env): Readonly<Record<string, string>> {
  return headersWith(isDirectMode(env) ? new URL(readBaseUrl(env)).origin : "");
}

/** The headers of every file of the page. */
export function securityHeaders(env: Env): [name: string, value: string][] {
  return [
    ["Content-Security-Policy", contentSecurityPolicy(apiOrigin(env))],
    ["Cross-Origin-Opener-Policy", "same-origin"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Referrer-Policy", "no-referrer"],
    ["X-Content-Type-Options", "nosniff"],
    ["X-Frame-Options", "DENY"],
  ];
}

/** Allows scripts of the page's own files, and connections to the Worker and the API. */
function contentSecurityPolicy(api: string): string {
  return [
    "default-src 'self'",
    // Compiling WebAssembly needs this source. It does not allow `eval`.
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ${api}`.trimEnd(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}

/** Returns the API's origin, or an empty string if the setting is invalid. The page then reports the error of /config. */
function apiOrigin(env: Env): string {
  try {
    return new URL(readSettings(env).baseUrl).origin;
  } catch {
    return "";
  }
}
