// Reads a history in a process of its own, and tells what memory that took: `wasm` at the end (a WebAssembly's memory
// never shrinks: it is the most that there was) and after some pages, and the process's `peak`, in bytes.
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { task, tell } from "./child.mjs";

const { folder, url, credentials, way, at } = task();
const inside = (path) => import(pathToFileURL(`${folder}/${path}`).href);
const [{ createClientClass }, { createServiceAccountClass }, { WasmLoader }, glue] = await Promise.all(
  ["lib/client.js", "lib/account.js", "lib/wasm-instance.js", "wasm/edge.js"].map(inside),
);

let memory;
const instantiate = (module, imports) => {
  class Instance extends imports.WebAssembly.Instance {
    constructor(...given) {
      super(...given);
      memory = this.exports.memory;
    }
  }
  return glue.instantiate(module, { ...imports, WebAssembly: { ...imports.WebAssembly, Instance } });
};
const wasm = await readFile(`${folder}/wasm/edge_bg.wasm`);
const loader = new WasmLoader({ instantiate }, () => WebAssembly.compile(wasm));
const [SmsHistoryClient, ServiceAccount] = [createClientClass(loader), createServiceAccountClass(loader)];

const token = await ServiceAccount.fromCredentials(await readFile(credentials, "utf8"));
/** The first of every four requests is answered last: the pages after it have to wait in memory, as many as may. */
let requests = 0;
async function outOfTurn(url, init) {
  requests += 1;
  const wait = requests % 4 === 0 ? 40 : 0;
  const response = await fetch(url, init);
  await sleep(wait);
  return response;
}

const client = new SmsHistoryClient({ token, baseUrl: url, fetch: outOfTurn });

const after = {};
const mark = (pages) => {
  if (at.includes(pages)) after[pages] = memory.buffer.byteLength;
};

const WAYS = {
  summarize: () => client.summarize(),
  "pages()": async () => {
    let pages = 0;
    for await (const _ of client.pages()) mark(++pages);
  },
  "getSmsHistory()": async () => {
    for (let pages = 1; pages <= Math.max(...at); pages += 1) {
      await client.getSmsHistory({ offset: 1_000 * (pages - 1) });
      mark(pages);
    }
  },
};

const summary = await WAYS[way]();
tell({ summary, after, wasm: memory.buffer.byteLength, peak: process.resourceUsage().maxRSS * 1024 });
