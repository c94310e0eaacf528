// From CommonJS: the two entry points that `require()` has, and none of those that are modules alone.
import sms = require("voximplant-sms-history");
import edge = require("voximplant-sms-history/edge");

async function read(credentials: string): Promise<sms.SmsMessage | undefined> {
  const account = await edge.ServiceAccount.fromCredentials(credentials);
  const client = new sms.SmsHistoryClient({ token: account });
  return (await client.getSmsHistory({ count: 1 })).at(0);
}

export = read;

// @ts-expect-error: no such name
sms.ServiceAccount;
// @ts-expect-error: no such entry point
import("voximplant-sms-history/lib/client.js");
