//! Rows of a reply -> columns: which field goes into which cell, and what each may hold.

use std::borrow::Cow;

use super::{
    Columns, Totals,
    columns::{ABSENT, DIRECTIONS, NumberField, Row, STATUSES, Span, TextField, UNKNOWN},
};
use crate::{
    date,
    decimal::Decimal,
    json::{Cursor, Fault, JsonStr, Kind},
};

/// The largest whole number that a JavaScript number holds without rounding its neighbours.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// Why rows can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// The text is not JSON.
    Json(Fault),
    /// The text is JSON, and a value in it is not what the API's specification says. The words name row and field.
    Value(String),
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        Self::Json(fault)
    }
}

/// Reads the array of rows at the cursor into `columns`, which it empties first.
pub(crate) fn read_rows(
    cursor: &mut Cursor<'_>,
    columns: &mut Columns,
) -> Result<Totals, ReadError> {
    columns.clear();
    let mut totals = Totals::default();
    cursor.array(|cursor| {
        let index = columns.len();
        let mut row = Row::EMPTY;
        if cursor.kind()? != Kind::Object {
            return Err(ReadError::Value(format!(
                "row {index}: expected an object, got {}",
                cursor.kind()?.name()
            )));
        }
        cursor.object(|cursor, key| {
            let name = &*key.to_name();
            field(cursor, name, &mut row, &mut columns.arena).map_err(|error| match error {
                ReadError::Value(what) => {
                    ReadError::Value(format!("row {index}, field \"{name}\": {what}"))
                }
                json => json,
            })
        })?;
        let fragments = row.numbers[NumberField::Fragments as usize];
        let one = Totals {
            count: 1,
            fragments: if fragments.is_nan() {
                0
            } else {
                fragments as u64
            },
            cost: row.cost,
        };
        totals = totals.checked_add(one).ok_or_else(|| {
            ReadError::Value(format!(
                "row {index}, field \"cost\": the sum has more digits than an exact decimal holds"
            ))
        })?;
        columns.push(&row);
        Ok(())
    })?;
    Ok(totals)
}

#[inline]
fn field(
    cursor: &mut Cursor<'_>,
    name: &str,
    row: &mut Row,
    arena: &mut String,
) -> Result<(), ReadError> {
    match name {
        "message_id" => number(cursor, row, NumberField::MessageId),
        "source_number" => text(cursor, row, TextField::SourceNumber, arena),
        "destination_number" => text(cursor, row, TextField::DestinationNumber, arena),
        "direction" => word(cursor, row, 0, TextField::Direction, &DIRECTIONS, arena),
        "fragments" => number(cursor, row, NumberField::Fragments),
        "cost" => cost(cursor, row),
        "status_id" => word(cursor, row, 1, TextField::Status, &STATUSES, arena),
        "error_message" => text(cursor, row, TextField::ErrorMessage, arena),
        "processed_date" => processed_date(cursor, row),
        "transaction_id" => number(cursor, row, NumberField::TransactionId),
        "text" => text(cursor, row, TextField::Text, arena),
        _ => Ok(cursor.skip()?),
    }
}

/// A value that may stand as a number or inside a string. A null, and an empty string where a number or a date belongs,
/// say that there is none.
enum Scalar<'a> {
    None,
    Number(&'a str),
    String(JsonStr<'a>),
}

#[inline]
fn scalar<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Scalar<'a>, ReadError> {
    Ok(match cursor.kind()? {
        Kind::String => Scalar::String(cursor.string()?),
        Kind::Number => Scalar::Number(cursor.number()?),
        Kind::Null => {
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
#[inline]
fn digits<'a>(cursor: &mut Cursor<'a>, expected: &str) -> Result<Option<&'a str>, ReadError> {
    match scalar(cursor, expected)? {
        Scalar::None => Ok(None),
        Scalar::Number(digits) => Ok(Some(digits)),
        Scalar::String(string) => match string.plain() {
            Some("") => Ok(None),
            Some(plain) => Ok(Some(plain)),
            None => Err(ReadError::Value(format!(
                "expected {expected}, got a string with escapes"
            ))),
        },
    }
}

#[inline]
fn number(cursor: &mut Cursor<'_>, row: &mut Row, field: NumberField) -> Result<(), ReadError> {
    const EXPECTED: &str = "a whole number from 0 to 9007199254740991 (2^53-1)";
    let cell = &mut row.numbers[field as usize];
    let Some(digits) = digits(cursor, EXPECTED)? else {
        *cell = f64::NAN;
        return Ok(());
    };
    let whole = plain_digits(digits).or_else(|| whole_number(digits));
    *cell = match whole {
        // Exact: it is below 2^53.
        Some(whole) if whole <= MAX_SAFE => whole as f64,
        Some(_) => {
            return Err(ReadError::Value(format!(
                "expected {EXPECTED}, got a larger one, which would be rounded"
            )));
        }
        None => {
            return Err(ReadError::Value(format!(
                "expected {EXPECTED}, got {}",
                digits_shape(digits)
            )));
        }
    };
    Ok(())
}

/// The value of up to 19 plain digits, the form in which whole numbers come.
#[inline]
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

fn cost(cursor: &mut Cursor<'_>, row: &mut Row) -> Result<(), ReadError> {
    const EXPECTED: &str = "a decimal number of at most 38 digits";
    let cell = &mut row.numbers[NumberField::Cost as usize];
    let Some(digits) = digits(cursor, EXPECTED)? else {
        *cell = f64::NAN;
        row.cost = Decimal::ZERO;
        return Ok(());
    };
    let Some(cost) = Decimal::parse(digits) else {
        return Err(ReadError::Value(format!(
            "expected {EXPECTED}, got {}",
            digits_shape(digits)
        )));
    };
    *cell = cost.to_f64();
    row.cost = cost;
    Ok(())
}

#[inline]
fn processed_date(cursor: &mut Cursor<'_>, row: &mut Row) -> Result<(), ReadError> {
    const EXPECTED: &str = "a string yyyy-MM-dd HH:mm:ss (UTC)";
    let cell = &mut row.numbers[NumberField::ProcessedDate as usize];
    *cell = match scalar(cursor, EXPECTED)? {
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
            None => {
                return Err(ReadError::Value(format!(
                    "expected {EXPECTED}, got a string with escapes"
                )));
            }
        },
    };
    Ok(())
}

#[inline]
fn text(
    cursor: &mut Cursor<'_>,
    row: &mut Row,
    field: TextField,
    arena: &mut String,
) -> Result<(), ReadError> {
    row.texts[field as usize] = match scalar(cursor, "a string or a number")? {
        Scalar::None => Span::NONE,
        // Digits as they were sent: a phone number longer than 2^53 keeps them all.
        Scalar::Number(digits) => keep(arena, |arena| arena.push_str(digits)),
        Scalar::String(string) => keep(arena, |arena| string.append_to(arena)),
    };
    Ok(())
}

/// A field with a few known words, in any case, each of which has a flag; any other word is kept as sent.
#[inline]
fn word(
    cursor: &mut Cursor<'_>,
    row: &mut Row,
    flag: usize,
    field: TextField,
    known: &[&str],
    arena: &mut String,
) -> Result<(), ReadError> {
    let value = scalar(cursor, "a string or a number")?;
    let word = match value {
        Scalar::None => {
            row.flags[flag] = ABSENT;
            return Ok(());
        }
        Scalar::Number(digits) => Cow::Borrowed(digits),
        Scalar::String(string) => string.to_name(),
    };
    row.flags[flag] = match known
        .iter()
        .position(|known| known.eq_ignore_ascii_case(&word))
    {
        Some(at) => at as u8 + 1,
        None => {
            row.texts[field as usize] = keep(arena, |arena| arena.push_str(&word));
            UNKNOWN
        }
    };
    Ok(())
}

#[inline]
fn keep(arena: &mut String, append: impl FnOnce(&mut String)) -> Span {
    // A reply is refused before it is read when it is longer than what a span can hold.
    let start = arena.len() as u32;
    append(arena);
    Span {
        start,
        end: arena.len() as u32,
    }
}

fn digits_shape(digits: &str) -> String {
    if digits.starts_with('-') && Decimal::parse(digits).is_some() {
        "a negative number".into()
    } else if Decimal::parse(digits).is_some() {
        "a fraction".into()
    } else {
        format!(
            "{} characters that are no such number",
            digits.chars().count()
        )
    }
}

/// A date's pattern: digits as `d`, letters and all else as `a`, so that what is wrong can be seen without the value.
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
