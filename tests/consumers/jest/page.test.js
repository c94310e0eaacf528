/** @jest-environment jsdom */
const { SmsHistoryClient, SmsHistoryError } = require("voximplant-sms-history");

// jsdom has no fetch: what a page's code gets in its tests is the tests' own.
const client = (body) =>
  new SmsHistoryClient({
    token: "x.y.z",
    retry: false,
    fetch: async () => ({
      status: 200,
      headers: { get: () => null },
      arrayBuffer: async () => Uint8Array.from(body, (character) => character.charCodeAt(0)).buffer,
    }),
  });

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
