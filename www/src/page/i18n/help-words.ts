/** The words of the help, which load with it. */
import { language } from "./index.js";

interface HelpWords {
  readonly figures: string;
  readonly terms: readonly (readonly [term: string, meaning: string])[];
  readonly shortcuts: string;
  readonly keys: readonly (readonly [keys: string, action: string])[];
}

const en: HelpWords = {
  figures: "Figures",
  terms: [
    [
      "Delivered",
      "The delivery rate of sent messages: delivered / (delivered + failed). Waiting messages do not count yet.",
    ],
    ["Cost", "The exact sum of all messages, failed ones included, in the currency of the account."],
    [
      "Before",
      "The figures of the period before, as long as the chosen one. Months are compared with months.",
    ],
    [
      "Exact from … until",
      "The archive has every message between these times. Earlier ones are missing, and later ones may be.",
    ],
    ["As of", "Figures and lists end at this time. Refresh moves it on."],
  ],
  shortcuts: "Keyboard shortcuts",
  keys: [
    ["1, 2, 3", "Overview, Messages, Costs"],
    ["/", "Search"],
    ["f", "Filters"],
    ["r", "Refresh"],
    ["e", "Export"],
    ["j, k", "Next and previous message"],
    ["Enter", "Details of the message"],
    ["Esc", "Close, or cancel what loads"],
    ["?", "This help"],
  ],
};

const de: HelpWords = {
  figures: "Zahlen",
  terms: [
    [
      "Zugestellt",
      "Die Zustellrate der gesendeten Nachrichten: zugestellt / (zugestellt + fehlgeschlagen). Wartende zählen noch nicht.",
    ],
    ["Kosten", "Die genaue Summe aller Nachrichten, auch der fehlgeschlagenen, in der Währung des Kontos."],
    ["Vorher", "Die Zahlen des gleich langen Zeitraums davor. Monate werden mit Monaten verglichen."],
    [
      "Genau von … bis",
      "Zwischen diesen Zeiten hat das Archiv jede Nachricht. Frühere fehlen, und spätere können fehlen.",
    ],
    ["Stand", "Zahlen und Listen enden zu dieser Zeit. „Aktualisieren“ verschiebt sie."],
  ],
  shortcuts: "Tastenkürzel",
  keys: [
    ["1, 2, 3", "Übersicht, Nachrichten, Kosten"],
    ["/", "Suche"],
    ["f", "Filter"],
    ["r", "Aktualisieren"],
    ["e", "Exportieren"],
    ["j, k", "Nächste und vorige Nachricht"],
    ["Enter", "Einzelheiten der Nachricht"],
    ["Esc", "Schließen, oder Laden abbrechen"],
    ["?", "Diese Hilfe"],
  ],
};

export const words = ({ de } as Record<string, HelpWords>)[language] ?? en;
