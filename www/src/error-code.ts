/** The API's error codes, read as the library's summaries read them. See docs/summaries.md. */

/** `Code = N` at the end of an error text, with ASCII white space and punctuation around it as the library allows. */
const CODE = /(?<![a-z\d])code[ \t\n\f\r]*=[ \t\n\f\r]*(-?\d{1,15})[ \t\n\f\r!-/:-@[-`{-~]*$/i;

/** The text form of a code, or `none` for the texts without one. */
export const CODE_OR_NONE = /^(?:none|-?\d{1,15})$/;

/** The largest code: longer numbers are no codes. */
export const MAX_CODE = 999_999_999_999_999;

/** Returns the code of an error text, or `undefined`. */
export function errorCodeOf(text: string | null | undefined): number | undefined {
  const [, code] = CODE.exec(text ?? "") ?? [];
  return code === undefined ? undefined : Number(code);
}
