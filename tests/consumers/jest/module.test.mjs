import { SmsHistoryClient } from "voximplant-sms-history";

test("rows are read by a test that is a module", async () => {
  const fetch = async () => new Response('{"result":[{"message_id":7}],"total_count":1}');
  const page = await new SmsHistoryClient({ token: "x.y.z", fetch }).getSmsHistory();
  expect(page.at(0).messageId).toBe(7);
});
