// Measures the time and peak memory of reading one history in one way. Pages are generated on request, so that neither
// figure includes a million prepared rows.
import { historyFetch } from "./fake-api.mjs";
import { mappedPages, parsedPages, summary } from "./loops.mjs";
import { client } from "./package.mjs";

const [what, rows] = [process.argv[2], Number(process.argv[3])];
const fetch = historyFetch(rows, { kept: false });
const { SmsHistoryClient } = client();
const ours = new SmsHistoryClient({ token: "bench", fetch });

/** Each reads a field of every row, and counts the rows. */
const WAYS = {
  "pages()": async () => {
    let read = 0;
    for await (const page of ours.pages()) read += page.column("messageId").length;
    return read;
  },
  "pages() by hand": async () => {
    let read = 0;
    for await (const { result } of parsedPages(fetch)) read += result.map((row) => row.message_id).length;
    return read;
  },
  "messages()": async () => {
    let read = 0;
    for await (const message of ours.messages()) read += message.messageId > 0 ? 1 : 0;
    return read;
  },
  "messages() by hand": async () => {
    let read = 0;
    for await (const messages of mappedPages(fetch))
      for (const message of messages) read += message.messageId > 0 ? 1 : 0;
    return read;
  },
  "summarize()": async () => (await ours.summarize()).totals.count,
  "summarize() by hand": async () => (await summary(fetch)).totals.count,
};

const start = performance.now();
const read = await WAYS[what]();
const ms = performance.now() - start;
if (read !== rows) throw new Error(`${what}: expected ${rows} rows, got ${read}`);
console.log(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
