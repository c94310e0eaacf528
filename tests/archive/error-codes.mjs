// Compares the dashboard's error codes with those of the library's summaries.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { SmsHistoryClient } from "../soak/lib/client.mjs";
import { check } from "../soak/lib/scenario.mjs";

const SOURCE = fileURLToPath(new URL("../../www/src/error-code.ts", import.meta.url));
const TEXTS = [
  "Error send sms to 12345678222 from 12345678111 Code = 1",
  "Sms from 12345678111 to 12345678222 was not sent, code = 7",
  ...["code=007", "CODE  =\t12.\n", "(Code = 12)", "[Code = 3]", "{Code = 3}~", "Code = -3", "Code = 4-"],
  ...["ошибка,Code = 4", "ошибкаCode = 4", "Code = 2: Code = 999999999999999", "Code = 1000000000000000"],
  ...["Code = 1 of 5", "Code = 1, to 12025550101", "Code 1", "Code = ", "= 1", "Barcode = 1", "_code = 1"],
  ...[
    "Code = 1x",
    "Code = 1.5",
    "Code = --1",
    "12345",
    "кode = 1",
    "Code = 1\v",
    "Code\u00a0= 1",
    "Code = 1…",
  ],
];

export function testErrorCodes() {
  return check("the archive and the page read an error's code as the library's summaries do", async () => {
    const { outputFiles } = await build({ entryPoints: [SOURCE], format: "esm", write: false });
    const { errorCodeOf } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
    const codes = new Set();
    for (const text of TEXTS) {
      const row = { message_id: 1, status_id: "2", error_message: text };
      const fetch = async () => Response.json({ result: [row], total_count: 1 });
      const { errorCodes } = await new SmsHistoryClient({ token: "token", fetch }).summarize();
      assert.equal(errorCodeOf(text), errorCodes.entries[0].code, JSON.stringify(text));
      codes.add(errorCodeOf(text));
    }
    assert.equal(errorCodeOf(null), undefined);
    return `${TEXTS.length} texts, ${codes.size} codes`;
  });
}
