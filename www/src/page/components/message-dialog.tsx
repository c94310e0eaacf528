import { useSignal } from "@preact/signals";
import { freshness } from "../data.js";
import { moment, money, party } from "../format.js";
import { t } from "../i18n/index.js";
import type { Message } from "../source.js";
import { navigate, state } from "../state/page-state.js";
import { Dialog } from "./dialog.js";
import { decimalOf, directionOf, statusOf, textOf } from "./message-row.js";

/** All fields of a message, each to copy, and what else there is of its sender and its recipient. */
export function MessageDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const outcome = useSignal<{ name: string; text: string } | undefined>(undefined);
  const { sourceNumber, destinationNumber, cost, errorMessage } = message;
  const rows: [name: string, value: string | undefined, shown?: string | undefined][] = [
    [t.processedIn(state.value.zone), message.processedDate?.toISOString(), moment(message.processedDate)],
    [t.direction, directionOf(message)],
    [t.sender, sourceNumber, party(sourceNumber)],
    [t.recipient, destinationNumber, party(destinationNumber)],
    [t.messageText, message.text, textOf(message)],
    [t.status, statusOf(message)],
    [t.errorMessage, errorMessage],
    [t.fragments, message.fragments?.toString()],
    [
      t.cost,
      cost === undefined ? undefined : decimalOf(cost),
      cost === undefined ? undefined : money(decimalOf(cost), 4),
    ],
    [t.messageId, message.messageId?.toString()],
    [t.transactionId, message.transactionId?.toString()],
  ];
  const copy = async (name: string, value: string) => {
    let text = t.copied;
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Browsers refuse it by a policy or by the reader's choice, and have no clipboard without https.
      text = t.notCopied;
    }
    outcome.value = { name, text };
  };
  const outcomeOf = (name: string) => (outcome.value?.name === name ? outcome.value.text : undefined);
  const talkTo = (party: string) => {
    onClose();
    navigate({
      view: "messages",
      party,
      sourceNumber: undefined,
      destinationNumber: undefined,
      direction: undefined,
      status: undefined,
      code: undefined,
      text: undefined,
    });
  };
  return (
    <Dialog title={t.details} onClose={onClose}>
      <dl class="details">
        {rows.map(([name, value, shown]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span dir="auto" class={value ? "" : "absent"}>
                {shown ?? value ?? t.none}
              </span>
              {value !== undefined && (
                <button
                  type="button"
                  aria-label={outcomeOf(name) ?? t.copyName(name)}
                  onClick={() => copy(name, value)}
                >
                  {outcomeOf(name) ?? t.copy}
                </button>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {!message.processedDate && <p class="note">{freshness.value ? t.undatedWindow : t.undatedInRange}</p>}
      <p role="status" class="unseen">
        {outcome.value && `${outcome.value.name}: ${outcome.value.text}`}
      </p>
      <div class="buttons">
        {[...new Set([sourceNumber, destinationNumber])].map(
          (number) =>
            number !== undefined && (
              <button type="button" key={number} onClick={() => talkTo(number)}>
                {t.conversation(party(number))}
              </button>
            ),
        )}
      </div>
    </Dialog>
  );
}
