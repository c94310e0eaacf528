const { ServiceAccount, SmsHistoryClient } = require("voximplant-sms-history/edge");

test("a page is read with tokens that are signed here", async () => {
  const { VOXIMPLANT_CREDENTIALS, API_URL, EXPECTED } = process.env;
  const token = await ServiceAccount.fromCredentials(VOXIMPLANT_CREDENTIALS);
  const page = await new SmsHistoryClient({ token, baseUrl: API_URL }).getSmsHistory({ count: 20 });
  expect(`${page.length} of ${page.totalCount} messages for ${page.totals.cost}`).toBe(EXPECTED);
});
