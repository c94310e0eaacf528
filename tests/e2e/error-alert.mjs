/** Personal data that tests type into the page and put into API errors. No error may show it. */
export const NUMBER = "15550190003";
export const NAME = "Aunt Personal's very own sender name";

/** Asserts that the page shows an error with these words and without secrets or personal data. */
export async function assertAlert(assert, page, sandbox, ...words) {
  const text = await page.alert();
  for (const word of words) assert.ok(text.includes(word), `“${text}” has “${word}”`);
  const secrets = [NUMBER, NAME, sandbox.credentials.key_id, "eyJ", "PRIVATE", "Bearer", "http"];
  for (const secret of secrets) assert.notOk(text.includes(secret), `“${text}” has no ${secret}`);
  assert.notOk(/\d{7}/.test(text), `“${text}” has no long number`);
  assert.ok(await page.page.$("[role=alert]:not([hidden])"), "the error is an alert");
}
