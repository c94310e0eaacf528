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

/** Only files of the page itself run; only the Worker and the API are talked to. */
function contentSecurityPolicy(api: string): string {
  return [
    "default-src 'self'",
    // The library is WebAssembly, which needs leave to be compiled. It is not `eval`.
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ${api}`.trimEnd(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}

/** Empty without a usable setting: the page then loads, and says so itself after asking for /config. */
function apiOrigin(env: Env): string {
  try {
    return new URL(readSettings(env).baseUrl).origin;
  } catch {
    return "";
  }
}
