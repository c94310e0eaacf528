import { clearFaultsAfterEach, rejection, setFaults, tokenOf } from "./helpers.mjs";

const INTEGERS = [
  ["message_id", "messageId"],
  ["fragments", "fragments"],
  ["transaction_id", "transactionId"],
  ["total_count", "totalCount"],
];

/** Pages of a server that writes values in other forms than the specification's, but none that has to be guessed. */
export default function valueForms(QUnit, context) {
  const { core, sandbox } = context;
  const { module, test } = QUnit;

  /** Reads the same page without and with a fault. The total is a field of each row here. */
  async function pages(fault, query = { count: 200 }) {
    const client = new core.SmsHistoryClient({ token: await tokenOf(context), baseUrl: sandbox.url });
    const read = async () => {
      const page = await client.getSmsHistory(query);
      return page.toArray().map((row) => ({ ...row, totalCount: page.totalCount }));
    };
    const plain = await read();
    await setFaults(context, fault);
    return [await read(), plain];
  }

  module("value forms", (hooks) => {
    clearFaultsAfterEach(context, hooks);

    for (const field of ["sms_id", "both"]) {
      test(`row-id ${field}: message_id is the id, and sms_id stands in for it`, async (assert) => {
        const [rows, plain] = await pages({ kind: "row-id", field });
        assert.deepEqual(rows, plain);
      });
    }

    for (const form of ["t", "z", "iso"]) {
      test(`date ${form}: the same instant`, async (assert) => {
        const [rows, plain] = await pages({ kind: "date", form });
        assert.deepEqual(rows, plain);
      });
    }

    for (const form of ["fraction", "iso-fraction"]) {
      test(`date ${form}: the milliseconds are kept`, async (assert) => {
        const [rows, plain] = await pages({ kind: "date", form });
        const millis = (row) => row.processedDate?.getTime();
        assert.deepEqual(
          rows.map(millis),
          plain.map(millis).map((at) => at && at + 678),
        );
      });
    }

    test("date zero: absent", async (assert) => {
      const [rows, plain] = await pages({ kind: "date", form: "zero" });
      assert.deepEqual(
        rows,
        plain.map((row) => ({ ...row, processedDate: undefined })),
      );
    });

    const sameNumber = ["decimal", "decimal-string", "string"];
    for (const [field] of [...INTEGERS, ["cost"], ["status_id"]]) {
      for (const form of field === "cost" ? [...sameNumber, "php"] : sameNumber) {
        test(`${field} ${form}: the same value`, async (assert) => {
          const [rows, plain] = await pages({ kind: "value", field, form });
          assert.deepEqual(rows, plain);
        });
      }
    }

    for (const [field, ...names] of [
      ...INTEGERS,
      ["cost", "cost"],
      ["direction", "direction", "rawDirection"],
      ["status_id", "status", "statusId"],
    ]) {
      test(`${field} empty: absent`, async (assert) => {
        const [rows, plain] = await pages({ kind: "value", field, form: "empty" });
        const absent = Object.fromEntries(names.map((name) => [name, undefined]));
        assert.deepEqual(
          rows,
          plain.map((row) => ({ ...row, ...absent })),
        );
      });
    }

    test("cut-utf8: U+FFFD in the texts, exactly as response.json() reads them", async (assert) => {
      await setFaults(context, { kind: "cut-utf8", rows: 50 });
      let json;
      const fetch = async (url, init) => {
        const response = await globalThis.fetch(url, init);
        json = await response.clone().json();
        return response;
      };
      const client = new core.SmsHistoryClient({
        token: await tokenOf(context),
        baseUrl: sandbox.url,
        fetch,
      });
      const page = await client.getSmsHistory({ count: 200 });
      const texts = page.toArray().map(({ text }) => text);
      assert.deepEqual(
        texts,
        json.result.map(({ text }) => text ?? undefined),
      );
      assert.ok(texts.some((text) => text?.endsWith("\ufffd")));
    });

    test("result null: an empty page if the count is 0, and an error otherwise", async (assert) => {
      const [rows] = await pages({ kind: "result-null" }, { toDate: "1971-01-01 00:00:00" });
      assert.deepEqual(rows, []);
      const error = await rejection(pages({ kind: "result-null" }));
      assert.equal(error.kind, "format");
      assert.equal(error.message, "result: expected an array of rows, got null");
    });
  });
}
