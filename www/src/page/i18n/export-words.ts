/** The words of the dialog of exports, which load with it. */
import { language, t } from "./index.js";

const en = {
  title: "Export messages",
  noFilters: "none",
  decimals: "Costs have a decimal point. Choose English (US) numbers when a spreadsheet imports the file.",
  format: "Format",
  csv: "CSV, for spreadsheets",
  ndjson: "NDJSON, for programs",
  delimiter: "Columns are separated by",
  delimiters: { ",": "comma", ";": "semicolon", "\t": "tab" },
  start: "Export",
  running: (read: string, total: string) => `${read} of ${total} messages`,
  done: (rows: string, size: string) => `Complete: ${rows} messages, ${size}. ${t.saved}`,
  hint: "The last line of the file states the number of messages. A file without it is not complete.",
  cancelled: "Cancelled. No file was saved.",
};

const de: typeof en = {
  title: "Nachrichten exportieren",
  noFilters: "keine",
  decimals:
    "Kosten haben einen Dezimalpunkt. Wählen Sie beim Import in ein Tabellenprogramm englische Zahlen (USA).",
  format: "Format",
  csv: "CSV, für Tabellenprogramme",
  ndjson: "NDJSON, für Programme",
  delimiter: "Trennzeichen der Spalten",
  delimiters: { ",": "Komma", ";": "Semikolon", "\t": "Tabulator" },
  start: "Exportieren",
  running: (read, total) => `${read} von ${total} Nachrichten`,
  done: (rows, size) => `Vollständig: ${rows} Nachrichten, ${size}. ${t.saved}`,
  hint: "Die letzte Zeile der Datei nennt die Zahl der Nachrichten. Ohne sie ist eine Datei unvollständig.",
  cancelled: "Abgebrochen. Es wurde keine Datei gespeichert.",
};

export const words = ({ de } as Record<string, typeof en>)[language] ?? en;
