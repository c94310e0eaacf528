// A response of 50 rows is truncated at each of its bytes, with the Content-Length of the whole or of the sent part. The
// result must be the right rows or a typed error.
//
//   node tests/soak/truncation.mjs [full | cut]...
import { isDeepStrictEqual } from "node:util";
import { accountOf, clientOf, SmsHistoryError } from "./lib/client.mjs";
import { formatInteger } from "./lib/progress.mjs";
import { startSandbox } from "./lib/sandbox.mjs";
import { check, close, isSelected, within } from "./lib/scenario.mjs";

const ROWS = 50;
/** The kinds of error that a truncated body may cause. */
const KINDS = ["network", "format"];
const IMMEDIATE = { maxAttempts: 2, baseDelayMs: 0, maxDelayMs: 0 };

const sandbox = await startSandbox({ messages: ROWS });
const token = await accountOf(sandbox);

/** The body as the sandbox sends it, and the rows that the client reads from it. */
async function fetchBody() {
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

/** The identifying fields of a row as the API sends it. */
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

const { sent, rows } = await fetchBody();
const length = Buffer.byteLength(sent);
const sentRows = JSON.parse(sent).result;
if (sentRows.length !== ROWS || !isDeepStrictEqual(rows.map(asRead), sentRows.map(asSent)))
  throw new Error("the complete response: expected the rows that were sent");

/** For each byte, truncates the first response there, reads a page, and counts the outcomes. */
async function truncateAtEveryByte(announced, options, progress) {
  const outcomes = {};
  for (let at = 0; at < length; at += 1) {
    // A new client each time: every call fails once, which would use up the retry budget.
    const client = await clientOf(sandbox, { token, ...options });
    await sandbox.setFaults([{ kind: "truncate", at, length: announced, first: 1 }]);
    const outcome = await within(10, () => client.getSmsHistory().then(checkRows, checkError)).catch(
      (error) => {
        throw new Error(`truncated at byte ${at}: ${error.message}`);
      },
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const [{ injected }] = await sandbox.faults();
    if (injected !== 1) throw new Error(`truncated at byte ${at}: ${injected} faults were injected`);
    progress.show(at + 1, length, "bytes");
  }
  return outcomes;
}

function checkRows(page) {
  if (!isDeepStrictEqual(page.toArray(), rows)) throw new Error("wrong rows");
  return "recovered";
}

function checkError(error) {
  if (!(error instanceof SmsHistoryError) || !KINDS.includes(error.kind)) throw error;
  return error.kind;
}

for (const announced of ["full", "cut"].filter(isSelected)) {
  const name =
    announced === "full" ? "the connection closes early" : "Content-Length is that of the sent part";
  await check(`${name}, retries on`, async (progress) => {
    const { recovered, ...others } = await truncateAtEveryByte(announced, { retry: IMMEDIATE }, progress);
    if (recovered !== length) throw new Error(`${recovered} recovered; others: ${JSON.stringify(others)}`);
    return `truncated at each of ${formatInteger(length)} bytes: all recovered, 0 wrong rows`;
  });
  await check(`${name}, retries off`, async (progress) => {
    const { recovered = 0, ...errors } = await truncateAtEveryByte(announced, { retry: false }, progress);
    if (recovered > 0) throw new Error(`${recovered} truncated responses were accepted as pages`);
    const kinds = Object.entries(errors).map(([kind, times]) => `${formatInteger(times)} of kind ${kind}`);
    return `truncated at each of ${formatInteger(length)} bytes: all are errors (${kinds.join(", ")}), 0 wrong rows`;
  });
}
await sandbox.stop();
close();
