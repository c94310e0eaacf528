import type { SmsHistoryFile } from "voximplant-sms-history";

/** The time after which a saved file is released. */
const KEEP_MS = 60_000;

/** Saves a file of the API under its own name, or under a name without personal data. */
export async function save(file: SmsHistoryFile): Promise<void> {
  const url = URL.createObjectURL(await file.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name ?? "sms-history.csv";
  link.click();
  // Some browsers read the blob only after the user has chosen a folder.
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
