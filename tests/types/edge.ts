// Signing: every form of credentials, every option, and what must not compile.
import { SmsHistoryClient as CoreClient } from "voximplant-sms-history";
import {
  type Credentials,
  type MintOptions,
  RateLimiter,
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
