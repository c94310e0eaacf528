// An account's messages in memory, and a fetch that answers GetSmsHistory from them.

const apiDate = (time) => new Date(time).toISOString().slice(0, 19).replace("T", " ");
const parse = (text) => Date.parse(`${text.replace(" ", "T")}Z`);

/**
 * A message of the model. `time` is in milliseconds; `dated` whether the API shows it; `cost` in millionths. The API counts a lost one,
 * and does not return it.
 * @typedef {{ id: number, source: string, destination: string, direction: "IN" | "OUT", fragments: number, cost: number,
 *   status: number, code: number | null, time: number, dated: boolean, text: string | null, isLost?: boolean }} Message
 */

export class Account {
  /** @type {Map<number, Message>} */
  messages = new Map();
  requests = 0;

  fetch = async (url) => {
    this.requests += 1;
    const query = new URL(url).searchParams;
    const from = query.has("from_date") ? parse(query.get("from_date")) : 0;
    const to = query.has("to_date") ? parse(query.get("to_date")) : Number.POSITIVE_INFINITY;
    const found = [...this.messages.values()].filter(({ time }) => from <= time && time <= to);
    found.sort((a, b) => b.id - a.id);
    const offset = Number(query.get("offset") ?? 0);
    const page = found.slice(offset, offset + Number(query.get("count") ?? 1000));
    return Response.json({
      result: page.filter(({ isLost }) => !isLost).map(row),
      total_count: found.length,
    });
  };
}

function row({ id, source, destination, direction, fragments, cost, status, code, time, dated, text }) {
  return {
    message_id: id,
    source_number: source,
    destination_number: destination,
    direction,
    fragments,
    cost: cost / 1_000_000,
    status_id: String(status),
    ...(code === null
      ? {}
      : { error_message: `Error send sms to ${destination} from ${source} Code = ${code}` }),
    ...(dated ? { processed_date: apiDate(time) } : {}),
    transaction_id: id * 3,
    ...(text === null ? {} : { text }),
  };
}
