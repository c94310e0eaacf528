//! The slow path: decodes field values in any accepted form, and describes invalid ones without quoting them.

use std::borrow::Cow;

use super::columns::{FLAG_ABSENT, FLAG_UNKNOWN, FlagCell, NumberCell, Row, TextCell};
use crate::{
    MAX_SAFE_INTEGER, date,
    decimal::Decimal,
    json::{Cursor, JsonStr, ParseError, TextBuffer, ValueKind},
};

/// Why rows cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The text is not JSON.
    Json(ParseError),
    /// A value violates the API's specification. The message says what is expected there.
    Value(String),
    /// A row has such a value. The message begins with the field, if it is one of a field: `.cost: expected ...`.
    Row {
        /// The index of the row in its page.
        index: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl From<ParseError> for ReadError {
    fn from(error: ParseError) -> Self {
        Self::Json(error)
    }
}

/// A value that may be a number or a string. Null is absent, and so is an empty string instead of a number or a date.
enum Scalar<'a> {
    Absent,
    Number(&'a str),
    String(JsonStr<'a>),
}

fn scalar<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Scalar<'a>, ReadError> {
    Ok(match cursor.kind()? {
        ValueKind::String => Scalar::String(cursor.string()?),
        ValueKind::Number => Scalar::Number(cursor.number()?),
        ValueKind::Null => {
            cursor.skip()?;
            Scalar::Absent
        }
        kind => return Err(unexpected(expected, kind.name())),
    })
}

/// The text of a number, bare or in quotes. `None`: absent.
fn number_text<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Option<&'a str>, ReadError> {
    match scalar(cursor, expected)? {
        Scalar::Absent => Ok(None),
        Scalar::Number(text) => Ok(Some(text)),
        Scalar::String(string) => match string.plain() {
            Some("") => Ok(None),
            Some(plain) => Ok(Some(plain)),
            None => Err(unexpected(expected, STRING_WITH_ESCAPES)),
        },
    }
}

pub(super) fn number(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    cell: NumberCell,
) -> Result<(), ReadError> {
    const EXPECTED: &str = "an integer from 0 to 9007199254740991 (2^53-1)";
    let number = match number_text(cursor, EXPECTED)? {
        None => f64::NAN,
        Some(text) => match plain_digits(text).or_else(|| any_integer(text)) {
            // Exact: it is below 2^53.
            Some(integer) if integer <= MAX_SAFE_INTEGER => integer as f64,
            Some(_) => {
                let larger = "a larger one, which would be rounded";
                return Err(unexpected(EXPECTED, larger));
            }
            None => return Err(unexpected(EXPECTED, &number_shape(text))),
        },
    };
    row.cells.set_number(cell, number);
    Ok(())
}

/// The value of up to 19 plain digits, the common form of integers.
fn plain_digits(text: &str) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    let mut integer = 0u64;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        integer = integer * 10 + u64::from(digit);
    }
    Some(integer)
}

/// The value of an integer in any other form, such as `1e3` or `5.0`. Too many digits are `u64::MAX`.
fn any_integer(text: &str) -> Option<u64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(u64::MAX);
    }
    plain_digits(&Decimal::parse(text)?.to_string())
}

pub(super) fn cost(cursor: &mut Cursor<'_>, row: &mut Row<'_>) -> Result<(), ReadError> {
    const EXPECTED: &str = "a decimal number of at most 38 digits";
    let (number, cost) = match number_text(cursor, EXPECTED)? {
        None => (f64::NAN, Decimal::ZERO),
        Some(text) => {
            let cost =
                Decimal::parse(text).ok_or_else(|| unexpected(EXPECTED, &number_shape(text)))?;
            (cost.to_f64(), cost)
        }
    };
    row.cells.set_number(NumberCell::Cost, number);
    row.cost = cost;
    Ok(())
}

pub(super) fn processed_date(cursor: &mut Cursor<'_>, row: &mut Row<'_>) -> Result<(), ReadError> {
    const EXPECTED: &str = "a string yyyy-MM-dd HH:mm:ss (UTC)";
    let number = match scalar(cursor, EXPECTED)? {
        Scalar::Absent => f64::NAN,
        Scalar::Number(_) => return Err(unexpected(EXPECTED, ValueKind::Number.name())),
        Scalar::String(string) => match string.plain() {
            Some("") => f64::NAN,
            Some(plain) => match date::parse(plain.as_bytes()) {
                // Exact: the year 9999 is below 2^48 milliseconds.
                Some(millis) => millis as f64,
                None => return Err(unexpected(EXPECTED, &date_shape(plain))),
            },
            None => return Err(unexpected(EXPECTED, STRING_WITH_ESCAPES)),
        },
    };
    row.cells.set_number(NumberCell::ProcessedDate, number);
    Ok(())
}

pub(super) fn text(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    cell: TextCell,
    buffer: &mut TextBuffer,
) -> Result<(), ReadError> {
    let text = scalar(cursor, "a string or a number")?;
    match &text {
        Scalar::Absent => {}
        // The digits as sent, because a phone number above 2^53 must keep them all.
        Scalar::Number(digits) => buffer.push(digits),
        Scalar::String(string) => buffer.push(&string.to_name()),
    }
    let is_present = !matches!(text, Scalar::Absent);
    row.cells.set_text(cell, is_present, buffer);
    Ok(())
}

/// Decodes one of the `known` values, in any case, to its number from 1 on. Another value is kept as text.
pub(super) fn category(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    (flag_cell, text_cell): (FlagCell, TextCell),
    known: &[&str],
    buffer: &mut TextBuffer,
) -> Result<(), ReadError> {
    let value = match scalar(cursor, "a string or a number")? {
        Scalar::Absent => None,
        Scalar::Number(digits) => Some(Cow::Borrowed(digits)),
        Scalar::String(string) => Some(string.to_name()),
    };
    let index_of = |value: &str| {
        let mut known = known.iter();
        known.position(|known| known.eq_ignore_ascii_case(value))
    };
    let flag = match value {
        None => FLAG_ABSENT,
        Some(value) => match index_of(&value) {
            Some(index) => index as u8 + 1,
            None => {
                buffer.push(&value);
                FLAG_UNKNOWN
            }
        },
    };
    row.cells.set_flag(flag_cell, flag);
    row.cells.set_text(text_cell, flag == FLAG_UNKNOWN, buffer);
    Ok(())
}

const STRING_WITH_ESCAPES: &str = "a string with escapes";

fn unexpected(expected: &str, got: &str) -> ReadError {
    ReadError::Value(format!("expected {expected}, got {got}"))
}

/// Describes a text that is not the expected number.
fn number_shape(text: &str) -> String {
    match Decimal::parse(text) {
        Some(_) if text.starts_with('-') => "a negative number".into(),
        Some(_) => "a fraction".into(),
        None => format!(
            "{} characters that are no such number",
            text.chars().count()
        ),
    }
}

/// Describes a date by its pattern, with `d` for a digit and `a` for a letter or any other character.
fn date_shape(text: &str) -> String {
    let shape = |c: char| match c {
        '0'..='9' => 'd',
        ' ' | '-' | ':' | '.' | '/' | ',' | '+' => c,
        _ => 'a',
    };
    let pattern: String = text.chars().take(40).map(shape).collect();
    if pattern == "dddd-dd-dd dd:dd:dd" {
        "a date that does not exist".into()
    } else {
        format!("a string shaped \"{pattern}\"")
    }
}
