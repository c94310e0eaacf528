// Reads a whole history by pages() in a process of its own, and measures the time.
import { readFile } from "node:fs/promises";
import { readTask, sendResult } from "./child.mjs";
import { ServiceAccount, SmsHistoryClient } from "./client.mjs";

const { url, credentials, concurrency } = readTask();
// This loads the WebAssembly before the measurement. The vendor's client is also loaded before it.
const token = await ServiceAccount.fromCredentials(await readFile(credentials, "utf8"));
const start = performance.now();
const client = new SmsHistoryClient({ token, baseUrl: url, concurrency });
const pages = [];
for await (const page of client.pages()) pages.push(page);
const ms = performance.now() - start;
// A page creates its row objects on request.
const messages = pages.flatMap((page) => page.toArray());
const rowsMs = performance.now() - start;
const ids = new Set(messages.map(({ messageId }) => messageId));
sendResult({ ms, rowsMs, ids: { count: messages.length, distinct: ids.size } });
