import { ServiceAccount } from "voximplant-sms-history/edge";
import { type Env, readCredentials } from "./settings.js";

/**
 * The imported account and its secret. Cache the account, not the promise: a Worker request must not await I/O started by
 * another request.
 */
let imported: { from: string; account: ServiceAccount } | undefined;

export async function serviceAccount(env: Env): Promise<ServiceAccount> {
  const credentials = readCredentials(env);
  if (imported?.from !== credentials) {
    imported = { from: credentials, account: await ServiceAccount.fromCredentials(credentials) };
  }
  return imported.account;
}
