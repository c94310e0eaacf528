/** Messages served as the API serves them, so that the library exports them like any history. */
import type { SmsMessage } from "voximplant-sms-history";

/** The part of a history that a request asks for. Times are in milliseconds; `to` is the end of the last second. */
export interface RequestedPart {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly count: number;
}

/** The messages of a part, and how many the whole span has. */
export interface ServedPart {
  readonly messages: readonly SmsMessage[];
  readonly total: number;
}

/** @returns a function for the client's option `fetch` */
export function serveHistory(
  read: (part: RequestedPart) => Promise<ServedPart> | ServedPart,
): (url: string) => Promise<Response> {
  return async (url) => {
    const parameters = new URL(url).searchParams;
    const number = (name: string, otherwise: number) => Number(parameters.get(name) ?? otherwise);
    const time = (name: string, otherwise: number) => {
      const text = parameters.get(name);
      return text === null ? otherwise : Date.parse(`${text.replace(" ", "T")}Z`);
    };
    const { messages, total } = await read({
      from: time("from_date", Number.NEGATIVE_INFINITY),
      to: time("to_date", Number.POSITIVE_INFINITY) + 999,
      offset: number("offset", 0),
      count: number("count", 1000),
    });
    return Response.json({ result: messages.map(apiMessage), total_count: total });
  };
}

function apiMessage(message: SmsMessage) {
  return {
    message_id: message.messageId,
    source_number: message.sourceNumber,
    destination_number: message.destinationNumber,
    direction: message.rawDirection ?? message.direction?.toUpperCase(),
    fragments: message.fragments,
    cost: message.cost,
    status_id: message.statusId,
    error_message: message.errorMessage,
    processed_date: message.processedDate
      ?.toISOString()
      .replace("T", " ")
      .replace(/(\.000)?Z$/, ""),
    transaction_id: message.transactionId,
    text: message.text,
  };
}
