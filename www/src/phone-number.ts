/** Digits with what people write between them. Copied numbers may have typographic dashes and invisible characters. */
const NUMBER = /^[+\d\s().\p{Pd}\p{Cf}]+$/u;

/** Whether a search is a phone number as people write it. In messages, and in the archive's index, that is one word. */
export function isPhoneNumber(search: string): boolean {
  return NUMBER.test(search) && /(\d\D*){7}/.test(search);
}

/** Writes a number as the API does. Signs and spaces in phone numbers are dropped. */
export function normalizeNumber(number: string): string {
  return NUMBER.test(number) ? number.replace(/\D/g, "") : number.trim();
}
