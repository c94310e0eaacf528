// @vitest-environment jsdom
import { expect, test } from "vitest";
import { SmsHistoryClient, SmsHistoryError } from "voximplant-sms-history";

const client = (body) =>
  new SmsHistoryClient({ token: "x.y.z", retry: false, fetch: async () => new Response(body) });

test("rows are read in a page's environment", async () => {
  expect(typeof document).toBe("object");
  const page = await client('{"result":[{"message_id":7,"cost":0.5}],"total_count":1}').getSmsHistory();
  expect(page.toArray()).toMatchObject([{ messageId: 7, cost: 0.5 }]);
});

test("errors are SmsHistoryError", async () => {
  const error = await client("<html>")
    .getSmsHistory()
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(SmsHistoryError);
  expect(error.kind).toBe("format");
});
