// Reads a history in a process of its own, and measures memory in bytes: that of the WebAssembly after some pages and at
// the end (`wasm`), and the process's `peak`. WebAssembly memory never shrinks, so its last size is its maximum.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { readTask, sendResult } from "./child.mjs";

const { folder, url, credentials, way, at } = readTask();
const inside = (path) => import(pathToFileURL(`${folder}/${path}`).href);
const [{ createClientClass }, { createServiceAccountClass }, { WasmLoader }, glue] = await Promise.all(
  ["lib/client.js", "lib/account.js", "lib/wasm-instance.js", "wasm/edge.js"].map(inside),
);

let memory;
const instantiate = (module, imports) => {
  class Instance extends imports.WebAssembly.Instance {
    constructor(...parameters) {
      super(...parameters);
      memory = this.exports.memory;
    }
  }
  return glue.instantiate(module, { ...imports, WebAssembly: { ...imports.WebAssembly, Instance } });
};
const wasm = await readFile(`${folder}/wasm/edge_bg.wasm`);
const loader = new WasmLoader({ instantiate }, () => WebAssembly.compile(wasm));
const [SmsHistoryClient, ServiceAccount] = [createClientClass(loader), createServiceAccountClass(loader)];

const token = await ServiceAccount.fromCredentials(await readFile(credentials, "utf8"));
/** Delays every fourth response, so that as many of the following pages as possible are buffered. */
let requests = 0;
async function delayingFetch(url, init) {
  requests += 1;
  const delayMs = requests % 4 === 0 ? 40 : 0;
  const response = await fetch(url, init);
  await sleep(delayMs);
  return response;
}

const client = new SmsHistoryClient({ token, baseUrl: url, fetch: delayingFetch });

const after = {};
const recordMemory = (pages) => {
  if (at.includes(pages)) after[pages] = memory.buffer.byteLength;
};

const WAYS = {
  // More messages span more days, and each bucket takes memory. There are few months.
  summarize: () => client.summarize({}, { bucket: "month" }),
  "pages()": async () => {
    let pages = 0;
    for await (const _ of client.pages()) recordMemory(++pages);
  },
  "getSmsHistory()": async () => {
    for (let pages = 1; pages <= Math.max(...at); pages += 1) {
      await client.getSmsHistory({ offset: 1_000 * (pages - 1) });
      recordMemory(pages);
    }
  },
};

const summary = await WAYS[way]();
sendResult({ summary, after, wasm: memory.buffer.byteLength, peak: process.resourceUsage().maxRSS * 1024 });
