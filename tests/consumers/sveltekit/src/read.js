import { ServiceAccount, SmsHistoryClient } from "voximplant-sms-history/edge";

/** Reads a page with tokens that are signed here. */
export async function read({ VOXIMPLANT_CREDENTIALS, API_URL }) {
  const token = await ServiceAccount.fromCredentials(VOXIMPLANT_CREDENTIALS);
  const page = await new SmsHistoryClient({ token, baseUrl: API_URL }).getSmsHistory({ count: 20 });
  return `${page.length} of ${page.totalCount} messages for ${page.totals.cost}`;
}
