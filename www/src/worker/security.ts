import { type Env, readSettings } from "./settings.js";

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
