// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { fakeHistory, fakeMessage } from "voximplant-sms-history/testing";

test("the recipe's client reads through the page's own server", async () => {
  const fetch = vi.fn(fakeHistory([fakeMessage()]));
  vi.stubGlobal("fetch", fetch);
  const { client } = await import("./src/client.js");
  expect((await client.getSmsHistory()).length).toBe(1);
  expect(fetch.mock.calls[0][0]).toBe(`${location.origin}/sms/GetSmsHistory`);
});
