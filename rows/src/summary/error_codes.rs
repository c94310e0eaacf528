//! Totals by the API's error code.

use super::{
    options::SummaryError,
    totals_map::{TotalsMap, add_rarely, text_key},
};
use crate::page::Totals;

/// The messages with an error text by the API's error code, from the most messages to the fewest. Among equals the one
/// without a code comes first, then the lower codes.
///
/// The code is the integer N in `Code = N`, which ends the text. White space and punctuation may follow it, `code` may be in
/// any case, and the white space is optional. Numbers elsewhere in the text, and those with more than 15 digits, are no codes.
#[derive(Clone, Debug)]
pub struct ErrorCodeList {
    /// The codes and their totals.
    pub entries: Vec<ErrorCodeTotals>,
    /// Whether all codes are listed: there were at most a thousand. The API documents some 460. Messages with further codes
    /// are in no entry.
    pub exact: bool,
}

/// The totals of an error code.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorCodeTotals {
    /// The code. `None`: the texts without one.
    pub code: Option<i64>,
    /// The first error text with this code, truncated to 512 bytes. It may quote phone numbers.
    pub example: String,
    /// The totals of its messages.
    pub totals: Totals,
}

impl std::fmt::Debug for ErrorCodeTotals {
    // Omits the example, which may quote phone numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErrorCodeTotals")
            .field("code", &self.code)
            .field("totals", &self.totals)
            .finish_non_exhaustive()
    }
}

/// The most codes.
const MAX_CODES: usize = 1000;
const MAX_DIGITS: usize = 15;

/// The code at the end of an error text.
fn code(text: &str) -> Option<i64> {
    let text = before_last(text.as_bytes(), |byte| {
        byte.is_ascii_punctuation() || byte.is_ascii_whitespace()
    });
    let before = before_last(text, u8::is_ascii_digit);
    let digits = &text[before.len()..];
    if !(1..=MAX_DIGITS).contains(&digits.len()) {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        number = 10 * number + i64::from(digit - b'0');
    }
    let (before, sign) = match before {
        [before @ .., b'-'] => (before, -1),
        _ => (before, 1),
    };
    let [before @ .., b'='] = before_last(before, u8::is_ascii_whitespace) else {
        return None;
    };
    let before = before_last(before, u8::is_ascii_whitespace);
    let (before, word) = before.split_last_chunk::<4>()?;
    let is_whole = before
        .last()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    (is_whole && word.eq_ignore_ascii_case(b"code")).then_some(sign * number)
}

/// The text before the bytes of a class at its end.
#[inline(never)]
fn before_last(text: &[u8], is_in_class: fn(&u8) -> bool) -> &[u8] {
    let last = text.iter().rposition(|byte| !is_in_class(byte));
    &text[..last.map_or(0, |last| last + 1)]
}

/// Adds up error texts by code.
#[derive(Default)]
pub(super) struct TotalsByCode {
    map: TotalsMap,
    /// The code and an example for each index of the map.
    codes: Vec<(Option<i64>, String)>,
    is_full: bool,
}

impl TotalsByCode {
    pub(super) fn add(&mut self, text: &str, row: &Totals) -> Result<(), SummaryError> {
        let code = code(text);
        let bytes = code.map(i64::to_be_bytes);
        let key = bytes.as_ref().map_or(&[][..], |bytes| bytes);
        // Texts without a code are listed in any case.
        let capacity = MAX_CODES + usize::from(code.is_none());
        let Some(index) = self.map.index_within(key, capacity) else {
            self.is_full = true;
            return Ok(());
        };
        if index == self.codes.len() {
            let example = str::from_utf8(text_key(text)).unwrap_or_default();
            self.codes.push((code, example.into()));
        }
        add_rarely(self.map.totals_mut(index), row)
    }

    #[inline]
    pub(super) fn finish(self) -> ErrorCodeList {
        let entries = self.map.ranked().into_iter().map(|index| {
            let (code, example) = &self.codes[index];
            ErrorCodeTotals {
                code: *code,
                example: example.clone(),
                totals: self.map.entry(index).totals.normalized(),
            }
        });
        ErrorCodeList {
            entries: entries.collect(),
            exact: !self.is_full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_is_read_at_the_end_of_a_text() {
        for (text, expected) in [
            (
                "Error send sms to 12345678222 from 12345678111 Code = 1",
                Some(1),
            ),
            ("Code = 1", Some(1)),
            ("code=007", Some(7)),
            ("CODE  =\t12.\n", Some(12)),
            ("(Code = 12)", Some(12)),
            ("Code = -3", Some(-3)),
            ("ошибка,Code = 4", Some(4)),
            (
                "Code = 2: Code = 999999999999999",
                Some(999_999_999_999_999),
            ),
            ("Code = 1000000000000000", None),
            ("Code = 1 of 5", None),
            ("Code = 1, to 12025550101", None),
            ("Code 1", None),
            ("Code = ", None),
            ("= 1", None),
            ("Barcode = 1", None),
            ("Code = 1x", None),
            ("Code = 1.5", None),
            ("Code = --1", None),
            ("12345", None),
            ("", None),
            ("кode = 1", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
