//! Values of fields in whatever form they come, and what is wrong with those that are none.

use std::borrow::Cow;

use super::{
    cells::{ABSENT, Number, Text, UNKNOWN},
    field::Word,
    read::{ReadError, Row},
    shape::{date_shape, digits_shape},
};
use crate::{
    date,
    decimal::Decimal,
    json::{Buffer, Cursor, JsonStr, ValueKind},
};

/// The largest whole number that a JavaScript number holds without rounding its neighbours.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// A value that may stand as a number or inside a string. A null, and an empty string where a number or a date belongs,
/// say that there is none.
enum Scalar<'a> {
    None,
    Number(&'a str),
    String(JsonStr<'a>),
}

fn scalar<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Scalar<'a>, ReadError> {
    Ok(match cursor.kind()? {
        ValueKind::String => Scalar::String(cursor.string()?),
        ValueKind::Number => Scalar::Number(cursor.number()?),
        ValueKind::Null => {
            cursor.skip()?;
            Scalar::None
        }
        _ => {
            return Err(ReadError::Value(format!(
                "expected {expected}, got {}",
                cursor.kind()?.name()
            )));
        }
    })
}

/// The text of a number, wherever it stands; `None` when there is no value.
fn digits<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Option<&'a str>, ReadError> {
    match scalar(cursor, expected)? {
        Scalar::None => Ok(None),
        Scalar::Number(digits) => Ok(Some(digits)),
        Scalar::String(string) => match string.plain() {
            Some("") => Ok(None),
            Some(plain) => Ok(Some(plain)),
            None => Err(with_escapes(expected)),
        },
    }
}

pub(super) fn number(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    field: Number,
) -> Result<(), ReadError> {
    const EXPECTED: &str = "a whole number from 0 to 9007199254740991 (2^53-1)";
    let number = match digits(cursor, EXPECTED)? {
        None => f64::NAN,
        Some(digits) => match plain_digits(digits).or_else(|| whole_number(digits)) {
            // Exact: it is below 2^53.
            Some(whole) if whole <= MAX_SAFE => whole as f64,
            Some(_) => {
                return Err(ReadError::Value(format!(
                    "expected {EXPECTED}, got a larger one, which would be rounded"
                )));
            }
            None => return Err(no_number(EXPECTED, digits)),
        },
    };
    row.cells.set_number(field, number);
    Ok(())
}

/// The value of up to 19 plain digits, the form in which whole numbers come.
fn plain_digits(digits: &str) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let mut whole = 0u64;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        whole = whole * 10 + u64::from(digit);
    }
    Some(whole)
}

/// The value of a whole number in any other form: `1e3`, `5.0`, or too many digits (then `u64::MAX`).
fn whole_number(digits: &str) -> Option<u64> {
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(u64::MAX);
    }
    let number = Decimal::parse(digits)?;
    let text = number.to_string();
    plain_digits(&text)
}

pub(super) fn cost(cursor: &mut Cursor<'_>, row: &mut Row<'_>) -> Result<(), ReadError> {
    const EXPECTED: &str = "a decimal number of at most 38 digits";
    let (number, cost) = match digits(cursor, EXPECTED)? {
        None => (f64::NAN, Decimal::ZERO),
        Some(digits) => {
            let cost = Decimal::parse(digits).ok_or_else(|| no_number(EXPECTED, digits))?;
            (cost.to_f64(), cost)
        }
    };
    row.cells.set_number(Number::Cost, number);
    row.cost = cost;
    Ok(())
}

fn no_number(expected: &str, digits: &str) -> ReadError {
    ReadError::Value(format!("expected {expected}, got {}", digits_shape(digits)))
}

pub(super) fn processed_date(cursor: &mut Cursor<'_>, row: &mut Row<'_>) -> Result<(), ReadError> {
    const EXPECTED: &str = "a string yyyy-MM-dd HH:mm:ss (UTC)";
    let number = match scalar(cursor, EXPECTED)? {
        Scalar::None => f64::NAN,
        Scalar::Number(_) => {
            return Err(ReadError::Value(format!(
                "expected {EXPECTED}, got a number"
            )));
        }
        Scalar::String(string) => match string.plain() {
            Some("") => f64::NAN,
            Some(plain) => match date::parse(plain.as_bytes()) {
                // Exact: the year 9999 is below 2^48 milliseconds.
                Some(millis) => millis as f64,
                None => {
                    return Err(ReadError::Value(format!(
                        "expected {EXPECTED}, got {}",
                        date_shape(plain)
                    )));
                }
            },
            None => return Err(with_escapes(EXPECTED)),
        },
    };
    row.cells.set_number(Number::ProcessedDate, number);
    Ok(())
}

fn with_escapes(expected: &str) -> ReadError {
    ReadError::Value(format!("expected {expected}, got a string with escapes"))
}

pub(super) fn text(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    field: Text,
    buffer: &mut Buffer,
) -> Result<(), ReadError> {
    let text = scalar(cursor, "a string or a number")?;
    match &text {
        Scalar::None => {}
        // Digits as they were sent: a phone number longer than 2^53 keeps them all.
        Scalar::Number(digits) => buffer.push(digits),
        Scalar::String(string) => buffer.push(&string.to_name()),
    }
    let is_there = !matches!(text, Scalar::None);
    row.cells.set_text(field, is_there, buffer);
    Ok(())
}

pub(super) fn word(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    field: &Word,
    buffer: &mut Buffer,
) -> Result<(), ReadError> {
    let word = match scalar(cursor, "a string or a number")? {
        Scalar::None => None,
        Scalar::Number(digits) => Some(Cow::Borrowed(digits)),
        Scalar::String(string) => Some(string.to_name()),
    };
    let known = |word: &str| {
        let mut known = field.known.iter();
        known.position(|known| known.eq_ignore_ascii_case(word))
    };
    let flag = match word {
        None => ABSENT,
        Some(word) => match known(&word) {
            Some(at) => at as u8 + 1,
            None => {
                buffer.push(&word);
                UNKNOWN
            }
        },
    };
    row.cells.set_flag(field.flag, flag);
    row.cells.set_text(field.text, flag == UNKNOWN, buffer);
    Ok(())
}
