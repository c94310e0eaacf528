import type { SmsHistoryFile } from "voximplant-sms-history";

/** How long a file stays at hand for the browser to save. */
const KEEP_MS = 60_000;

/** Saves a file of the API under its own name, or under one that names no number and no person. */
export async function save(file: SmsHistoryFile): Promise<void> {
  const url = URL.createObjectURL(await file.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name ?? "sms-history.csv";
  link.click();
  // Some browsers take hold of the blob only when they have asked where to save it.
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
