// From CommonJS: the entry points that `require()` has, and none of those that are modules alone.
import sms = require("voximplant-sms-history");
import edge = require("voximplant-sms-history/edge");
import testing = require("voximplant-sms-history/testing");

new sms.SmsHistoryClient({ token: "test", fetch: testing.fakeHistory([testing.fakeMessage()]) });
testing.fakeError("api") satisfies sms.SmsHistoryError;

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
