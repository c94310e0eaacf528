import type { SmsHistoryPage, SmsMessage } from "voximplant-sms-history";
import { create } from "./dom.js";
import { money, utc, whole } from "./format.js";
import { nameCell, textCell } from "./text.js";

const ABSENT = "–";

/** Replaces the rows of the table by those of a page, in the page's order. */
export function showRows(body: HTMLTableSectionElement, page: SmsHistoryPage): void {
  const rows = document.createDocumentFragment();
  for (const message of page) rows.append(rowOf(message));
  body.replaceChildren(rows);
}

function rowOf(message: SmsMessage): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.append(
    timeCell(message.processedDate),
    create("td", directionOf(message)),
    nameCell(message.sourceNumber ?? ABSENT),
    nameCell(message.destinationNumber ?? ABSENT),
    textCell(message.text ?? ABSENT),
    create("td", message.fragments === undefined ? ABSENT : whole(message.fragments), "number"),
    create("td", message.cost === undefined ? ABSENT : money(message.cost), "number"),
    statusCell(message),
    create("td", message.messageId === undefined ? ABSENT : String(message.messageId), "number"),
  );
  return row;
}

function timeCell(date: Date | undefined): HTMLTableCellElement {
  if (!date) return create("td", ABSENT);
  const cell = document.createElement("td");
  const time = create("time", utc(date));
  time.dateTime = date.toISOString();
  cell.append(time);
  return cell;
}

function directionOf({ direction, rawDirection }: SmsMessage): string {
  if (direction === "in") return "Received";
  if (direction === "out") return "Sent";
  return rawDirection ?? ABSENT;
}

function statusCell(message: SmsMessage): HTMLTableCellElement {
  const cell = document.createElement("td");
  if (message.status) cell.dataset.status = message.status;
  cell.append(create("b", statusOf(message)));
  if (message.errorMessage) cell.append(create("span", message.errorMessage, "why"));
  return cell;
}

function statusOf({ status, statusId }: SmsMessage): string {
  switch (status) {
    case "success":
      return "Success";
    case "error":
      return "Error";
    case "waiting":
      return "Waiting";
    default:
      return statusId === undefined ? ABSENT : `Unknown (${statusId})`;
  }
}
