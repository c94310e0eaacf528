// Reads a whole history by pages(), in a process of its own, and tells how long it took and what it read.
import { readFile } from "node:fs/promises";
import { task, tell } from "./child.mjs";
import { ServiceAccount, SmsHistoryClient } from "./client.mjs";

const { url, credentials, concurrency } = task();
// Loads the WebAssembly: the vendor's client, too, is loaded before the clock starts.
const token = await ServiceAccount.fromCredentials(await readFile(credentials, "utf8"));
const start = performance.now();
const client = new SmsHistoryClient({ token, baseUrl: url, concurrency });
const pages = [];
for await (const page of client.pages()) pages.push(page);
const ms = performance.now() - start;
// A page makes rows of its columns when it is asked for them.
const messages = pages.flatMap((page) => page.toArray());
const rowsMs = performance.now() - start;
const ids = new Set(messages.map(({ messageId }) => messageId));
tell({ ms, rowsMs, ids: { count: messages.length, distinct: ids.size } });
