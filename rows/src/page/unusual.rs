//! The slow path: decodes field values in unusual forms, and describes invalid ones without quoting them.

use std::borrow::Cow;

use super::{
    columns::{FLAG_ABSENT, FLAG_UNKNOWN, FlagCell, NumberCell, Row, TextCell},
    unusual_date,
};
use crate::{
    MAX_SAFE_INTEGER, date,
    decimal::{COST_SCALE, Decimal, Number, nearest},
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

/// The text of a number, bare or in quotes, without white space around it. `None`: absent.
fn number_text<'a>(
    cursor: &mut Cursor<'a>,
    expected: &str,
) -> Result<Option<Cow<'a, str>>, ReadError> {
    Ok(match scalar(cursor, expected)? {
        Scalar::Absent => None,
        Scalar::Number(text) => Some(text.into()),
        Scalar::String(string) => trimmed(string),
    })
}

/// A string without white space around it. `None` when it is empty.
#[inline(never)]
fn trimmed(string: JsonStr<'_>) -> Option<Cow<'_, str>> {
    let text = match string.to_name() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Reads an integer in any form: `3`, `3.0`, `3e0`, `"3"`. `None` when it is null or an empty string.
///
/// # Errors
/// [`ReadError::Value`] when the value is not an integer from 0 to 2^53-1.
pub fn read_integer(cursor: &mut Cursor<'_>) -> Result<Option<u64>, ReadError> {
    const EXPECTED: &str = "an integer from 0 to 9007199254740991 (2^53-1)";
    let Some(text) = number_text(cursor, EXPECTED)? else {
        return Ok(None);
    };
    if let Some(integer) = plain_digits(&text).filter(|integer| *integer <= MAX_SAFE_INTEGER) {
        return Ok(Some(integer));
    }
    let Some(number) = Number::parse(&text) else {
        return Err(unexpected(EXPECTED, &not_a_number(&text)));
    };
    let got = match number.to_decimal(None).map(Decimal::parts) {
        Some((units, 0)) if (0..=i128::from(MAX_SAFE_INTEGER)).contains(&units) => {
            return Ok(Some(units as u64));
        }
        _ if number.is_negative => "a negative number",
        Some((_, 0)) => TOO_LARGE,
        None if number.scale() <= 0 => TOO_LARGE,
        _ => "a fraction",
    };
    Err(unexpected(EXPECTED, got))
}

const TOO_LARGE: &str = "a larger one, which would be rounded";

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

pub(super) fn number(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    cell: NumberCell,
) -> Result<(), ReadError> {
    // Exact: it is below 2^53.
    let number = read_integer(cursor)?.map_or(f64::NAN, |integer| integer as f64);
    row.cells.set_number(cell, number);
    Ok(())
}

pub(super) fn cost(cursor: &mut Cursor<'_>, row: &mut Row<'_>) -> Result<(), ReadError> {
    const EXPECTED: &str = "a decimal number of at most 38 digits, 18 of them after the point";
    let (number, cost) = match number_text(cursor, EXPECTED)? {
        None => (f64::NAN, Decimal::ZERO),
        Some(text) => {
            let Some(number) = Number::parse(&text) else {
                return Err(unexpected(EXPECTED, &not_a_number(&text)));
            };
            let Some(cost) = number.to_decimal(Some(COST_SCALE)) else {
                return Err(unexpected(EXPECTED, "a larger one"));
            };
            // The nearest number to all digits, as `JSON.parse` gives it.
            let number = if number.scale() > i64::from(COST_SCALE) {
                nearest(&text)
            } else {
                cost.to_f64()
            };
            row.is_cost_long = true;
            (number, cost)
        }
    };
    row.cells.set_number(NumberCell::Cost, number);
    row.cost = cost;
    Ok(())
}

pub(super) fn processed_date(cursor: &mut Cursor<'_>, row: &mut Row<'_>) -> Result<(), ReadError> {
    const EXPECTED: &str = "a string yyyy-MM-dd HH:mm:ss (UTC), or such a date with its zone";
    let text = match scalar(cursor, EXPECTED)? {
        Scalar::Absent => None,
        Scalar::Number(_) => return Err(unexpected(EXPECTED, ValueKind::Number.name())),
        Scalar::String(string) => trimmed(string).filter(|text| !unusual_date::is_zero(text)),
    };
    let number = match text {
        None => f64::NAN,
        // Exact: the year 9999 is below 2^48 milliseconds.
        Some(text) => match date::parse(text.as_bytes()) {
            Some(millis) => millis as f64,
            None => unusual_date::parse(&text).map_err(|got| unexpected(EXPECTED, &got))? as f64,
        },
    };
    row.cells.set_number(NumberCell::ProcessedDate, number);
    Ok(())
}

#[inline(never)]
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
        Scalar::Number(digits) => match plain_integer(digits) {
            Some(plain) if plain_digits(digits).is_none() => buffer.push(&plain),
            _ => buffer.push(digits),
        },
        Scalar::String(string) => buffer.push(&string.to_name()),
    }
    let is_present = !matches!(text, Scalar::Absent);
    row.cells.set_text(cell, is_present, buffer);
    Ok(())
}

/// The plain digits of an integer in another form, such as `1.0` or `1.5e3`.
fn plain_integer(text: &str) -> Option<String> {
    let number = Number::parse(text)?.to_decimal(None)?;
    (number.scale() == 0).then(|| number.to_string())
}

/// Decodes one of the `known` values, in any case, to its number from 1 on. Another value is kept as text.
#[inline(never)]
pub(super) fn category(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    (flag_cell, text_cell): (FlagCell, TextCell),
    known: &[&str],
    buffer: &mut TextBuffer,
) -> Result<(), ReadError> {
    let value = number_text(cursor, "a string or a number")?;
    let index_of = |value: &str| {
        let mut known = known.iter();
        known.position(|known| known.eq_ignore_ascii_case(value))
    };
    let flag = match value {
        None => FLAG_ABSENT,
        Some(value) => match index_of(&value).or_else(|| index_of(&plain_integer(&value)?)) {
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

fn unexpected(expected: &str, got: &str) -> ReadError {
    ReadError::Value(format!("expected {expected}, got {got}"))
}

/// Describes a text that is not a number.
fn not_a_number(text: &str) -> String {
    let count = text.chars().count();
    format!("{count} characters that are no number")
}
