// The package as its user has it: a client and one call.
import { SmsHistoryClient } from "voximplant-sms-history";

export async function first(baseUrl, { token = "bench", count = 20 } = {}) {
  const client = new SmsHistoryClient({ token, baseUrl });
  const page = await client.getSmsHistory({ count });
  return page.toArray();
}
