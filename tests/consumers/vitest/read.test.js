import { expect, test, vi } from "vitest";
import { ServiceAccount, SmsHistoryClient } from "voximplant-sms-history/edge";

test("a page is read with tokens that are signed here", async () => {
  // As in tests of a page's code in Node: jsdom's window has neither fetch nor WebCrypto.
  vi.stubGlobal("window", {});
  const { VOXIMPLANT_CREDENTIALS, API_URL, EXPECTED } = process.env;
  const token = await ServiceAccount.fromCredentials(VOXIMPLANT_CREDENTIALS);
  const page = await new SmsHistoryClient({ token, baseUrl: API_URL }).getSmsHistory({ count: 20 });
  expect(`${page.length} of ${page.totalCount} messages for ${page.totals.cost}`).toBe(EXPECTED);
});
