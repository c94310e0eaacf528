// The package as its user has it: a client with a token that is at hand, and one call.
import { SmsHistoryClient } from "voximplant-sms-history";

export async function first(baseUrl) {
  const client = new SmsHistoryClient({ token: "bench", baseUrl });
  const page = await client.getSmsHistory({ count: 20 });
  return page.toArray();
}
