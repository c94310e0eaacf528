// @vitest-environment jsdom
import { createRoot } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import { SmsHistoryClient } from "voximplant-sms-history";
import { fakeHistory, fakeMessage } from "voximplant-sms-history/testing";
import { Report } from "./src/report.tsx";
import { SaveButton } from "./src/save-button.tsx";

const messages = ["2025-12-01 10:00:00", "2025-12-01 23:30:00", null].map((processed_date, at) =>
  fakeMessage({ text: `text ${at}`, cost: 0.1, processed_date }),
);
const query = { count: 2, toDate: "2026-01-01T00:00:00Z" };

afterEach(() => vi.unstubAllGlobals());

/** Renders a component with a client of the fake. */
function show(Component, options) {
  const fetch = fakeHistory(messages, options);
  const client = new SmsHistoryClient({ token: "test", fetch, retry: false });
  const page = document.body.appendChild(document.createElement("main"));
  const root = createRoot(page);
  root.render(<Component client={client} query={query} />);
  const click = async (text) => {
    const button = await vi.waitFor(() => {
      const button = page.querySelector("button");
      expect(button?.textContent).toBe(text);
      return button;
    });
    button.click();
  };
  return {
    page,
    fetch,
    root,
    click,
    shown: (text) => vi.waitFor(() => expect(page.textContent).toContain(text)),
  };
}

test("rows and the cost of each day of the time zone are shown", async () => {
  const { page, shown } = show(Report);
  await shown("3 messages for 0.3");
  await shown("text 2");
  const items = (list) => [...page.querySelectorAll(`${list} li`)].map((item) => item.textContent);
  expect(items("ol")).toEqual(["2025-12-01 0.1", "2025-12-02 0.1", "no date 0.1"]);
  expect(items("ul")).toEqual(["text 0", "text 1", "text 2"]);
});

test("an error is shown", async () => {
  const { shown } = show(Report, { failures: () => ({ code: 104 }) });
  await shown("CallsSMS");
});

test("a page that the user leaves sends no further requests", async () => {
  const { fetch, root } = show(Report, { latencyMs: 80 });
  await vi.waitFor(() => expect(fetch.queries.length).toBeGreaterThan(0));
  root.unmount();
  const sent = fetch.queries.length;
  await new Promise((resolve) => setTimeout(resolve, 170));
  expect(fetch.queries.length).toBe(sent);
});

test("an export shows its progress, and can be cancelled", async () => {
  const files = [];
  vi.stubGlobal(
    "URL",
    Object.assign(URL, { createObjectURL: (file) => `#${files.push(file)}`, revokeObjectURL() {} }),
  );
  const { click, shown } = show(SaveButton);
  await click("Save");
  await shown("saved");
  expect((await files[0].text()).match(/text \d/g)).toEqual(["text 0", "text 1", "text 2"]);
  const slow = show(SaveButton, { latencyMs: 10_000 });
  await slow.click("Save");
  await slow.click("Cancel");
  await slow.shown("cancelled");
});
