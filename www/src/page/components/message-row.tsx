// biome-ignore-all lint/a11y/useSemanticElements: a virtual list positions its rows, which elements of tables do not allow
// biome-ignore-all lint/a11y/noStaticElementInteractions: the button in a row does the same by keyboard

import { moment, money, party } from "../format.js";
import { t } from "../i18n/index.js";
import { settings } from "../settings.js";
import type { Message } from "../source.js";

interface RowProps {
  index: number;
  top: number;
  height: number;
  message: Message | undefined;
  isSelected: boolean;
  onOpen: (message: Message) => void;
}

/** A message as a line of the table, or as a card on a phone. */
export function MessageRow({ index, top, height, message, isSelected, onOpen }: RowProps) {
  // Through CSSOM, which the policy allows, unlike a style attribute in HTML.
  const style = { transform: `translateY(${top}px)`, height: `${height}px` };
  const position = { role: "row", "aria-rowindex": index + 2, "data-index": index } as const;
  if (!message) {
    return (
      <div {...position} class="message placeholder" style={style}>
        <span role="cell">{t.loadingRow}</span>
      </div>
    );
  }
  const { processedDate, direction, sourceNumber, destinationNumber, cost } = message;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button inside does the same by keyboard
    <div
      {...position}
      class={`message ${isSelected ? "selected" : ""}`}
      style={style}
      onClick={() => onOpen(message)}
    >
      <span role="cell" class={`time ${processedDate ? "" : "absent"}`}>
        <button
          type="button"
          class="link"
          aria-label={processedDate ? t.openDetails(moment(processedDate)) : t.openUndated}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(message);
          }}
        >
          {moment(processedDate)}
        </button>
      </span>
      <span role="cell" class="direction">
        {directionOf(message)}
      </span>
      <span role="cell" class="source" title={t.sender}>
        {party(sourceNumber)}
      </span>
      <span role="cell" class="destination" title={t.recipient}>
        {party(destinationNumber)}
      </span>
      <span role="cell" class={`text ${message.text ? "" : "absent"}`} dir="auto">
        {textOf(message)}
      </span>
      <span role="cell" class={`status ${message.status ?? "unknown"}`}>
        {statusOf(message, direction)}
      </span>
      <span role="cell" class="number cost">
        {cost === undefined ? t.none : money(decimalOf(cost), 4)}
      </span>
    </div>
  );
}

export function directionOf({ direction, rawDirection }: Message): string {
  if (direction === undefined) return t.none;
  return direction === "unknown" ? (rawDirection ?? t.directions.unknown) : t.directions[direction];
}

export function statusOf(message: Message, direction = message.direction): string {
  const names = direction === "in" ? t.receivedStatuses : t.statuses;
  const name = names[message.status ?? "unknown"];
  return message.status === "unknown" && message.statusId ? `${name} (${message.statusId})` : name;
}

export function textOf({ text }: Message): string {
  if (settings.role === "masked") return t.hiddenText;
  return text || t.noText;
}

/** The digits of a number without an exponent. */
export function decimalOf(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(18).replace(/0+$/, "") : text;
}
