// Signing: every form of credentials, every option, and what must not compile.
import { SmsHistoryClient as CoreClient } from "voximplant-sms-history";
import {
  type Credentials,
  createRelay,
  type MintOptions,
  RateLimiter,
  type RelayAllow,
  type RelayDecision,
  type RelayOptions,
  ServiceAccount,
  type ServiceAccountOptions,
  SmsHistoryClient,
  SmsHistoryError,
  type SmsHistoryQuery,
  type TokenSource,
} from "voximplant-sms-history/edge";
import type { Is, Same } from "./same.js";

export const credentials: Credentials = {
  account_id: 1,
  key_id: "id",
  private_key: "PEM",
  account_email: "a@b.c",
};
export const options: ServiceAccountOptions = { accountId: undefined };
export const minting: MintOptions = { ttlSeconds: undefined };

export async function sign(text: string, query: SmsHistoryQuery): Promise<boolean> {
  const account = await ServiceAccount.fromCredentials(text);
  await ServiceAccount.fromCredentials(credentials, { accountId: 2 });
  await ServiceAccount.fromCredentials({ ...credentials, account_id: "1", account_email: undefined });
  await ServiceAccount.fromCredentials({ result: credentials }, options);
  const token = await account.mintToken();
  await account.mintToken({ ttlSeconds: 60 });
  true satisfies Is<Same<typeof account, ServiceAccount>>;
  true satisfies Is<Same<typeof token, string>>;
  new CoreClient({ token: account });
  account satisfies TokenSource;
  const client = new SmsHistoryClient({ token: account, limiter: new RateLimiter({ maxInFlight: 1 }) });
  return (await client.getSmsHistory(query)) instanceof SmsHistoryError;
}

export function refused(account: ServiceAccount): void {
  // @ts-expect-error: it takes time, so there is no constructor
  new ServiceAccount(credentials);
  // @ts-expect-error: what mints tokens is not therefore an account: a function gives them
  new SmsHistoryClient({ token: { mintToken: async () => "header.claims.signature" } });
  // @ts-expect-error: a number is neither a text nor an object
  ServiceAccount.fromCredentials(5);
  // @ts-expect-error: a file's bytes are not its text
  ServiceAccount.fromCredentials(new Uint8Array());
  // @ts-expect-error: the key's id is missing
  ServiceAccount.fromCredentials({ account_id: 1, private_key: "PEM" });
  // @ts-expect-error: a number
  ServiceAccount.fromCredentials(credentials, { accountId: "2" });
  // @ts-expect-error: no such option
  account.mintToken({ ttl: 60 });
  // @ts-expect-error: a number
  account.mintToken({ ttlSeconds: "60" });
  // @ts-expect-error: nobody reads the key
  account.private_key;
  // @ts-expect-error: credentials are read, not written
  credentials.private_key = "";
}

export const allow: RelayAllow = {
  numbers: ["+1 202 555 0101"],
  fromDate: new Date(),
  toDate: "2026-01-01 00:00:00",
  maxSpanDays: 31,
  maxCount: 100,
};
export const nothingSet: RelayAllow = {};

export function relays(account: ServiceAccount): (request: Request) => Promise<Response> {
  const required = { account, authorize: () => true };
  required satisfies RelayOptions;
  createRelay({ ...required, authorize: () => ({ allow }) });
  createRelay({ ...required, authorize: async (request) => request.headers.has("cookie") });
  createRelay({ ...required, authorize: () => new Response("sign in", { status: 401 }) });
  const decision: RelayDecision = { allow: {} };
  createRelay({ ...required, authorize: () => decision });
  // @ts-expect-error: everybody would be allowed
  createRelay({ account });
  // @ts-expect-error: a decision is missing
  createRelay({ ...required, authorize: () => undefined });
  // @ts-expect-error: a token ends, an account does not
  createRelay({ ...required, account: "header.claims.signature" });
  // @ts-expect-error: no such limit
  createRelay({ ...required, allow: { number: "1" } });
  // @ts-expect-error: a limit that is missing by mistake would allow everything
  createRelay({ ...required, allow: { numbers: undefined } });
  // @ts-expect-error: the same
  createRelay({ ...required, allow: undefined });
  return createRelay({
    ...required,
    baseUrl: "http://127.0.0.1:8080",
    allowHttp: true,
    fetch: (url, init) => fetch(url, init),
    allow,
    origins: ["https://dashboard.example"],
    limiter: { maxInFlight: 2 },
    attemptTimeoutMs: false,
    onEvent: (event) => void event.type,
  });
}
