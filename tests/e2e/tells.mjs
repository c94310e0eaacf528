/** Typed into the page and sent by the API where errors come from: none of it may be shown with them. */
export const NUMBER = "15550190003";
export const NAME = "Aunt Personal's very own sender name";

/** An error is shown that says what a reader has to know, and none of what it must not say. */
export async function tells(assert, page, sandbox, ...words) {
  const told = await page.alert();
  for (const word of words) assert.ok(told.includes(word), `“${told}” has “${word}”`);
  const secrets = [NUMBER, NAME, sandbox.credentials.key_id, "eyJ", "PRIVATE", "Bearer", "http"];
  for (const secret of secrets) assert.notOk(told.includes(secret), `“${told}” has no ${secret}`);
  assert.notOk(/\d{7}/.test(told), `“${told}” has no long number`);
  assert.ok(await page.page.$("[role=alert]:not([hidden])"), "the error is an alert");
}
