import { document } from "./documents.mjs";
import { SECRET } from "./helpers.mjs";
import { agree, judge } from "./oracle.mjs";

/**
 * Compares the package's reading of generated responses with `JSON.parse`.
 * @param {(body: ArrayBuffer) => any} read returns a page or a promise of one, or throws an error with a `message`
 * @param {{ from: number, count: number }} range the seeds of the documents
 * @returns {Promise<{ pages: number, refused: number, unsure: number, differences: string[] }>}
 */
export async function differential(read, { from, count }) {
  const sum = { pages: 0, refused: 0, unsure: 0, differences: [] };
  for (let seed = from; seed < from + count; seed += 1) {
    const bytes = document(seed);
    const { isJson, isSure, rows } = judge(bytes);
    const ours = await attempt(read, bytes.buffer);
    const problem = findDifference(ours, isJson, isSure, rows);
    if (problem) sum.differences.push(`seed ${seed}: ${problem}`);
    else if (isJson && !isSure) sum.unsure += 1;
    else if (rows) sum.pages += 1;
    else sum.refused += 1;
  }
  return sum;
}

async function attempt(read, body) {
  try {
    return { rows: (await read(body)).toArray() };
  } catch (error) {
    return { message: error.message };
  }
}

/** Describes a difference. */
function findDifference(ours, isJson, isSure, rows) {
  // Errors about values name a field of the response, or a row and its field. Keys may be damaged.
  const aboutValues = /^(result|total_count)(\[\d+\])?(\.\w+)?: |^response: expected keys in UTF-8, /;
  const isAboutJson = ours.message !== undefined && !aboutValues.test(ours.message);
  if (!isJson) return ours.rows ? "accepted, but not a JSON object" : undefined;
  if (isAboutJson) return `refused valid JSON: ${ours.message}`;
  if (!isSure) return undefined;
  if (!rows !== !ours.rows) return ours.rows ? "accepted" : `refused: ${ours.message}`;
  if (!rows) return undefined;
  if (ours.rows.length !== rows.length) return `${ours.rows.length} rows`;
  const at = rows.findIndex((row, at) => !agree(ours.rows[at], row));
  return at === -1
    ? undefined
    : `row ${at}: ${JSON.stringify(ours.rows[at])}, not ${JSON.stringify(rows[at])}`;
}

/** Differential tests of the package as it ships, with other documents in each engine. */
export default function differentialTests(QUnit, context) {
  const { core, documents } = context;
  const { module, test } = QUnit;
  const COUNT = 5_000;

  module("differential", () => {
    for (const from of documents) {
      test(`pages agree with JSON.parse for ${COUNT} responses from seed ${from} on, half of them damaged`, async (assert) => {
        let body;
        const fetch = async () => ({ status: 200, headers: new Headers(), arrayBuffer: async () => body });
        const client = new core.SmsHistoryClient({ token: SECRET, fetch, retry: false });
        const read = (next) => {
          body = next;
          return client.getSmsHistory();
        };
        const { pages, refused, differences } = await differential(read, { from, count: COUNT });
        assert.deepEqual(differences, []);
        assert.ok(pages > COUNT / 3 && refused > COUNT / 4, `${pages} pages, ${refused} refused`);
      });
    }
  });
}
