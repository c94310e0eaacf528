import type { SmsHistoryFile } from "voximplant-sms-history";

/** Saves a file of the API under its own name, or under one that names no number and no person. */
export async function save(file: SmsHistoryFile): Promise<void> {
  const url = URL.createObjectURL(await file.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name ?? "sms-history.csv";
  link.click();
  // The browser has taken hold of the blob by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
