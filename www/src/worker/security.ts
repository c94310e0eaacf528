import { type Env, isDirectMode, readBaseUrl } from "./settings.js";

/**
 * The headers of every response. A page gets scripts and styles from its own origin only, and connects to nothing else:
 * in direct mode also to the API.
 */
function securityHeaders(connectSources: string) {
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
  ...securityHeaders(""),
  "Cache-Control": "no-store",
};

/** The headers of the page's files. */
export function pageHeaders(env: Env): Readonly<Record<string, string>> {
  return securityHeaders(isDirectMode(env) ? new URL(readBaseUrl(env)).origin : "");
}
