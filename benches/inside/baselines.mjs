// The contenders that read a response, by their names in the results.
import TypeTransformer from "@voximplant/apiclient-nodejs/dist/TypeTransformer.js";
import * as v from "valibot";
import * as z from "zod";
import { date, direction, messages, number, status, text } from "./mapping.mjs";

const decoder = new TextDecoder();
const parse = (body) => JSON.parse(decoder.decode(body));

const zodNumber = z.union([z.number(), z.string().transform(Number)]).nullish();
const zodText = z.union([z.string(), z.number().transform(String)]).nullish();
const zodPage = z.object({
  result: z.array(
    z
      .object({
        message_id: zodNumber,
        source_number: zodText,
        destination_number: zodText,
        direction: zodText,
        fragments: zodNumber,
        cost: zodNumber,
        status_id: zodText,
        error_message: zodText,
        processed_date: z.string().transform(date).nullish(),
        transaction_id: zodNumber,
        text: zodText,
      })
      .transform(renamed),
  ),
  total_count: z.number(),
});

const valibotNumber = v.nullish(v.union([v.number(), v.pipe(v.string(), v.transform(Number))]));
const valibotText = v.nullish(v.union([v.string(), v.pipe(v.number(), v.transform(String))]));
const valibotPage = v.object({
  result: v.array(
    v.pipe(
      v.object({
        message_id: valibotNumber,
        source_number: valibotText,
        destination_number: valibotText,
        direction: valibotText,
        fragments: valibotNumber,
        cost: valibotNumber,
        status_id: valibotText,
        error_message: valibotText,
        processed_date: v.nullish(v.pipe(v.string(), v.transform(date))),
        transaction_id: valibotNumber,
        text: valibotText,
      }),
      v.transform(renamed),
    ),
  ),
  total_count: v.number(),
});

/** Converts a validated row to the package's fields. */
function renamed(row) {
  const statusId = row.status_id ?? undefined;
  const way = direction(row.direction);
  return {
    messageId: row.message_id ?? undefined,
    sourceNumber: row.source_number ?? undefined,
    destinationNumber: row.destination_number ?? undefined,
    direction: way,
    rawDirection: way === "unknown" ? row.direction : undefined,
    fragments: row.fragments ?? undefined,
    cost: row.cost ?? undefined,
    status: status(statusId),
    statusId,
    errorMessage: row.error_message ?? undefined,
    processedDate: row.processed_date ?? undefined,
    transactionId: row.transaction_id ?? undefined,
    text: row.text ?? undefined,
  };
}

// The vendor's client creates its transformers for each call, and maps the fields like this.
const vendor = (page) => {
  const mappers = [
    { rawName: "result", name: "result", transformer: TypeTransformer.default.from("[SmsHistoryType]") },
    { rawName: "total_count", name: "totalCount", transformer: TypeTransformer.default.from("number") },
  ];
  const made = {};
  for (const field of Object.keys(page)) {
    const mapper = mappers.find(({ rawName }) => rawName === field);
    if (mapper) made[mapper.name] = mapper.transformer(page[field]);
    else made[field] = page[field];
  }
  return made.result;
};

/**
 * Creates the contenders, which take a body and return their result.
 * @param {{ readPage: (body: ArrayBuffer) => any, readRows: (body: ArrayBuffer) => any[] }} wasm the package's parser, and
 *   the baseline by serde
 */
export function contenders({ readPage, readRows }) {
  return {
    "JSON.parse": (body) => parse(body).result,
    "our page": readPage,
    "our rows": (body) => readPage(body).toArray(),
    "JSON.parse + mapping": (body) => messages(parse(body)),
    "JSON.parse + zod": (body) => zodPage.parse(parse(body)).result,
    "JSON.parse + valibot": (body) => v.parse(valibotPage, parse(body)).result,
    "JSON.parse + vendor's transformer": (body) => vendor(parse(body)),
    "serde_json + serde-wasm-bindgen": readRows,
  };
}

/** The engine's parser without decoding the bytes. */
export const parseOfText = "JSON.parse of decoded text";

export { decoder, number, parse, text };
