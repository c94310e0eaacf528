// Making a client: every option, each also as `undefined`, and what must not compile.
import {
  RateLimiter,
  type RateLimiterOptions,
  type RetryOptions,
  SmsHistoryClient,
  type SmsHistoryClientOptions,
  type TokenCallback,
  type TokenRequest,
  type TokenSource,
} from "voximplant-sms-history";
import type { Is, Same } from "./same.js";

const token = "header.claims.signature";

export const all: SmsHistoryClient = new SmsHistoryClient({
  token,
  baseUrl: "http://127.0.0.1:8080",
  allowHttp: true,
  fetch: (url, init) => fetch(url, init),
  timeoutMs: 60_000,
  attemptTimeoutMs: 10_000,
  retry: { maxAttempts: 3, baseDelayMs: 100, maxDelayMs: 1_000 },
  concurrency: 2,
  limiter: { requestsPerSecond: 5, maxInFlight: 2 },
  onEvent: (event) => void event.type,
});

export const none: SmsHistoryClientOptions = {
  token,
  baseUrl: undefined,
  allowHttp: undefined,
  fetch: undefined,
  timeoutMs: undefined,
  attemptTimeoutMs: undefined,
  retry: undefined,
  concurrency: undefined,
  limiter: undefined,
  onEvent: undefined,
};
export const relayed: SmsHistoryClientOptions = {
  relay: "/sms",
  token: undefined,
  baseUrl: undefined,
  allowHttp: undefined,
};
new SmsHistoryClient({ relay: new URL("https://dashboard.example/sms"), retry: false });
// @ts-expect-error: the relay has the token
new SmsHistoryClient({ relay: "/sms", token });
// @ts-expect-error: the relay has the address
new SmsHistoryClient({ relay: "/sms", baseUrl: "https://api.example/platform_api" });
// @ts-expect-error: either of both
new SmsHistoryClient({ retry: false });
export const noRetries: RetryOptions = {
  maxAttempts: undefined,
  baseDelayMs: undefined,
  maxDelayMs: undefined,
};
export const noLimits: RateLimiterOptions = { requestsPerSecond: undefined, maxInFlight: undefined };

new SmsHistoryClient({ token, fetch, timeoutMs: false, attemptTimeoutMs: false, retry: false });
new SmsHistoryClient({ token, limiter: new RateLimiter({ requestsPerSecond: 5 }) });

// A token by a function: at once or later, with or without a look at the request.
new SmsHistoryClient({ token: () => token });
new SmsHistoryClient({ token: async () => token });
const callback: TokenCallback = async ({ renew, clockSkewMs }) => `${token}${renew}${clockSkewMs ?? 0}`;
new SmsHistoryClient({ token: callback });
export type Request = Is<
  Same<TokenRequest, { readonly renew: boolean; readonly clockSkewMs?: number; readonly signal: AbortSignal }>
>;

export type Ready = Is<Same<ReturnType<SmsHistoryClient["ready"]>, Promise<void>>>;
// @ts-expect-error: it takes nothing
all.ready({ signal: undefined });

// @ts-expect-error: only accounts are sources; own code is a function
export const own: TokenSource = { mintToken: async () => token };

// @ts-expect-error: options are not optional
new SmsHistoryClient();
// @ts-expect-error: nor is the token
new SmsHistoryClient({});
// @ts-expect-error: it is no number
new SmsHistoryClient({ token: 5 });
// @ts-expect-error: and never absent
new SmsHistoryClient({ token: undefined });
// @ts-expect-error: a promise is not a function that gives one
new SmsHistoryClient({ token: Promise.resolve(token) });
// @ts-expect-error: a function gives a text
new SmsHistoryClient({ token: () => ({ token }) });
// @ts-expect-error: credentials are for `ServiceAccount.fromCredentials()`
new SmsHistoryClient({ token: { account_id: 1, key_id: "a", private_key: "b" } });
// @ts-expect-error: no such option
new SmsHistoryClient({ token, timeout: 5 });
// @ts-expect-error: an address is a text
new SmsHistoryClient({ token, baseUrl: new URL("https://127.0.0.1") });
// @ts-expect-error: yes or no
new SmsHistoryClient({ token, allowHttp: "yes" });
// @ts-expect-error: a reply is a Response
new SmsHistoryClient({ token, fetch: async () => "reply" });
// @ts-expect-error: milliseconds, or `false`
new SmsHistoryClient({ token, timeoutMs: true });
// @ts-expect-error: likewise
new SmsHistoryClient({ token, attemptTimeoutMs: "30s" });
// @ts-expect-error: retries are on without that
new SmsHistoryClient({ token, retry: true });
// @ts-expect-error: no such option
new SmsHistoryClient({ token, retry: { attempts: 3 } });
// @ts-expect-error: a number
new SmsHistoryClient({ token, retry: { maxAttempts: "3" } });
// @ts-expect-error: a number
new SmsHistoryClient({ token, concurrency: "4" });
// @ts-expect-error: not a rate alone
new SmsHistoryClient({ token, limiter: 5 });
// @ts-expect-error: no such option
new SmsHistoryClient({ token, limiter: { perSecond: 5 } });
// @ts-expect-error: a function
new SmsHistoryClient({ token, onEvent: "log" });
// @ts-expect-error: options are not optional
new RateLimiter();
// @ts-expect-error: no such option
new RateLimiter({ perSecond: 5 });
// @ts-expect-error: options are read, not written
none.concurrency = 3;
// @ts-expect-error: null is not "left out"
new SmsHistoryClient({ token, baseUrl: null });
