// A reply of 50 rows that is cut off at every byte, under the length of the whole and under that of what is left: what
// is read is the right rows, or a typed error; never anything else.
//
//   node tests/soak/truncation.mjs [full | cut]...
import { isDeepStrictEqual } from "node:util";
import { accountOf, clientOf, SmsHistoryError } from "./lib/client.mjs";
import { whole } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, named, within } from "./lib/scenario.mjs";

const ROWS = 50;
/** What a body that is cut off can be taken for. */
const KINDS = ["network", "format"];
const AT_ONCE = { maxAttempts: 2, baseDelayMs: 0, maxDelayMs: 0 };

const sandbox = await startSandbox({ messages: ROWS });
const token = await accountOf(sandbox);

/** The body as the sandbox sends it, by a request of this script's own. */
async function body() {
  let sent;
  const client = await clientOf(sandbox, {
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      sent = await response.clone().text();
      return response;
    },
  });
  const page = await client.getSmsHistory();
  return { sent, rows: page.toArray() };
}

/** The fields of a row that say which row it is, without this package: as the API sends them, null or left out. */
const asSent = ({ message_id, source_number, destination_number, cost, processed_date, text }) => [
  [message_id, Number(cost ?? Number.NaN)],
  [source_number, destination_number, text].map((value) => String(value ?? "")),
  processed_date ?? "",
];
const asRead = ({ messageId, sourceNumber, destinationNumber, cost, processedDate, text }) => [
  [messageId, cost ?? Number.NaN],
  [sourceNumber ?? "", destinationNumber ?? "", text ?? ""],
  processedDate?.toISOString().replace("T", " ").slice(0, 19) ?? "",
];

const { sent, rows } = await body();
const length = Buffer.byteLength(sent);
const sentRows = JSON.parse(sent).result;
if (sentRows.length !== ROWS || !isDeepStrictEqual(rows.map(asRead), sentRows.map(asSent)))
  throw new Error("the whole reply is not read as it was sent");

/** Reads once for every byte, with the reply cut off there at the first request, and counts what came of it. */
async function everyByte(announced, options, progress) {
  const outcomes = {};
  for (let at = 0; at < length; at += 1) {
    // A client for each: where every call fails once, a client soon has no retries left.
    const client = await clientOf(sandbox, { token, ...options });
    await sandbox.setFaults([{ kind: "truncate", at, length: announced, first: 1 }]);
    const outcome = await within(10, () => client.getSmsHistory().then(right, typed)).catch((error) => {
      throw new Error(`cut at byte ${at}: ${error.message}`);
    });
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const [{ injected }] = await sandbox.faults();
    if (injected !== 1) throw new Error(`cut at byte ${at}: ${injected} faults were injected`);
    progress.show(at + 1, length, "bytes");
  }
  return outcomes;
}

function right(page) {
  if (!isDeepStrictEqual(page.toArray(), rows)) throw new Error("wrong rows");
  return "recovered";
}

function typed(error) {
  if (!(error instanceof SmsHistoryError) || !KINDS.includes(error.kind)) throw error;
  return error.kind;
}

for (const announced of ["full", "cut"].filter(named)) {
  const name = announced === "full" ? "the connection closes early" : "Content-Length fits what is left";
  await check(`${name}, retries on`, async (progress) => {
    const { recovered, ...others } = await everyByte(announced, { retry: AT_ONCE }, progress);
    if (recovered !== length) throw new Error(`${recovered} recovered; others: ${JSON.stringify(others)}`);
    return `cut at each of ${whole(length)} bytes: all recovered, 0 wrong rows`;
  });
  await check(`${name}, retries off`, async (progress) => {
    const { recovered = 0, ...errors } = await everyByte(announced, { retry: false }, progress);
    if (recovered > 0) throw new Error(`${recovered} times a reply that was cut off was taken for a page`);
    const kinds = Object.entries(errors).map(([kind, times]) => `${whole(times)} of kind ${kind}`);
    return `cut at each of ${whole(length)} bytes: all are errors (${kinds.join(", ")}), 0 wrong rows`;
  });
}
await sandbox.stop();
close();
