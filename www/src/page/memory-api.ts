/** Messages in memory, served as the API serves them, so that the library exports them like any history. */
import type { Message } from "./source.js";

/** @returns a function for the client's option `fetch` */
export function memoryFetch(messages: readonly Message[]): (url: string) => Promise<Response> {
  return async (url) => {
    const parameters = new URL(url).searchParams;
    const found = messages.filter(isWithin(parameters.get("from_date"), parameters.get("to_date")));
    const offset = Number(parameters.get("offset") ?? 0);
    const count = Number(parameters.get("count") ?? 1000);
    const result = found.slice(offset, offset + count).map(apiMessage);
    return Response.json({ result, total_count: found.length });
  };
}

function isWithin(from: string | null, to: string | null): (message: Message) => boolean {
  const time = (text: string | null, otherwise: number) =>
    text === null ? otherwise : Date.parse(`${text.replace(" ", "T")}Z`);
  const first = time(from, Number.NEGATIVE_INFINITY);
  const last = time(to, Number.POSITIVE_INFINITY) + 999;
  return ({ processedDate }) =>
    !processedDate || (processedDate.getTime() >= first && processedDate.getTime() <= last);
}

function apiMessage(message: Message) {
  return {
    message_id: message.messageId,
    source_number: message.sourceNumber,
    destination_number: message.destinationNumber,
    direction: message.rawDirection ?? message.direction?.toUpperCase(),
    fragments: message.fragments,
    cost: message.cost,
    status_id: message.statusId,
    error_message: message.errorMessage,
    processed_date: message.processedDate?.toISOString().slice(0, 19).replace("T", " "),
    transaction_id: message.transactionId,
    text: message.text,
  };
}
