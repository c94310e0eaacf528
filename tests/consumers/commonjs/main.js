const { ServiceAccount, SmsHistoryClient, SmsHistoryError } = require("voximplant-sms-history/edge");
const core = require("voximplant-sms-history");

async function read({ VOXIMPLANT_CREDENTIALS, API_URL }) {
  const token = await ServiceAccount.fromCredentials(VOXIMPLANT_CREDENTIALS);
  const page = await new core.SmsHistoryClient({ token, baseUrl: API_URL }).getSmsHistory({ count: 20 });
  const error = await new SmsHistoryClient({ token }).getSmsHistory({ count: 0 }).catch((thrown) => thrown);
  if (!(error instanceof SmsHistoryError && error instanceof core.SmsHistoryError)) throw error;
  return `${page.length} of ${page.totalCount} messages for ${page.totals.cost}`;
}

read(process.env).then(console.log);
