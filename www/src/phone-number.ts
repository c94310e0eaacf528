/** Whether a search is a phone number as people write it. In messages, and in the archive's index, that is one word. */
export function isPhoneNumber(search: string): boolean {
  return /^[+\d\s().-]+$/.test(search) && /(\d\D*){7}/.test(search);
}
