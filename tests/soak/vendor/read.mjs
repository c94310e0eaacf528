// Reads a whole history by sequential calls of the vendor's client in a process of its own, and measures the time.
import VoximplantApiClient from "@voximplant/apiclient-nodejs";
import { readTask, sendResult } from "../lib/child.mjs";

const COUNT = 1_000;

const { url, credentials } = readTask();
const client = new VoximplantApiClient.default({ pathToCredentials: credentials, host: new URL(url).host });
await new Promise((resolve) => {
  client.onReady = resolve;
});
const start = performance.now();
const messages = [];
for (let offset = 0, total = 1; offset < total; offset += COUNT) {
  const page = await client.SMS.getSmsHistory({ count: COUNT, offset });
  total = page.totalCount;
  messages.push(...page.result);
}
const ms = performance.now() - start;
const ids = new Set(messages.map(({ messageId }) => messageId));
sendResult({ ms, rowsMs: ms, ids: { count: messages.length, distinct: ids.size } });
