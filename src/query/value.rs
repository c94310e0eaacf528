//! Values whose type is known at run time only (they come from JavaScript), read into what a parameter needs.
//!
//! Every reader's error is the end of the sentence "`name`: ...". It tells a value's shape; only plain numbers and
//! dates are told as they are.

use super::{Direction, MAX_COUNT, MAX_OFFSET, Output, phone};
use crate::{clock::EpochMillis, date};

/// The largest whole number that JavaScript holds exactly, 2^53 - 1.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

pub(super) const COUNT_EXPECTED: &str = "a whole number from 1 to 1000";
pub(super) const OFFSET_EXPECTED: &str = "a whole number from 0 to 2^53-1";
const DATE_FORMS: &str = "a Date, an ISO-8601 string with a zone such as 2026-01-31T10:00:00Z or \
    2026-01-31T12:00:00+02:00, or yyyy-MM-dd HH:mm:ss, which is UTC,";

/// A parameter's value as a dynamically typed caller gives it.
#[derive(Clone)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// A point in time in milliseconds since 1970-01-01T00:00:00Z; `NaN` is an invalid `Date`.
    Instant(f64),
    /// Something that no parameter takes, in words: `"a boolean"`.
    Other(&'static str),
}

impl Value {
    fn shape(&self) -> String {
        match self {
            Self::Text(text) => text_shape(text),
            Self::Number(_) => "a number".into(),
            Self::Instant(_) => "a date".into(),
            Self::Other(what) => (*what).into(),
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value(<{}>)", self.shape())
    }
}

pub(super) fn text_shape(text: &str) -> String {
    match text.chars().count() {
        0 => "an empty string".into(),
        1 => "a string of 1 character".into(),
        length => format!("a string of {length} characters"),
    }
}

pub(super) fn number_or_sender(value: &Value) -> Result<String, String> {
    match value {
        Value::Text(text) => phone::normalize(text),
        Value::Number(number) if *number >= 1.0 && *number <= MAX_SAFE && number.fract() == 0.0 => {
            phone::normalize(&(*number as u64).to_string())
        }
        Value::Number(_) => Err(
            "a number that is not a positive integer below 2^53, so that digits may be lost; \
            give phone numbers as strings"
                .into(),
        ),
        other => Err(format!(
            "a phone number or sender was expected as a string, got {}",
            other.shape()
        )),
    }
}

pub(super) fn count(value: &Value) -> Result<u32, String> {
    let number = integer(value, 1, u64::from(MAX_COUNT), COUNT_EXPECTED)?;
    Ok(number as u32)
}

pub(super) fn offset(value: &Value) -> Result<u64, String> {
    integer(value, 0, MAX_OFFSET, OFFSET_EXPECTED)
}

fn integer(value: &Value, least: u64, most: u64, expected: &str) -> Result<u64, String> {
    match value {
        Value::Number(number) => {
            // Both limits are exact as f64: they are at most 2^53 - 1.
            let fits = *number >= least as f64 && *number <= most as f64 && number.fract() == 0.0;
            if fits {
                Ok(*number as u64)
            } else {
                Err(format!("{expected} was expected, got {}", shown(*number)))
            }
        }
        Value::Text(text) => Err(format!(
            "a number was expected, got a string ({}); give {expected}",
            text_shape(text)
        )),
        other => Err(format!("{expected} was expected, got {}", other.shape())),
    }
}

pub(super) fn direction(value: &Value) -> Result<Direction, String> {
    match value {
        Value::Text(text) if text.eq_ignore_ascii_case("in") => Ok(Direction::In),
        Value::Text(text) if text.eq_ignore_ascii_case("out") => Ok(Direction::Out),
        other => Err(format!(
            "\"IN\" or \"OUT\" was expected, got {}; leave it out to get both",
            other.shape()
        )),
    }
}

pub(super) fn output(value: &Value) -> Result<Output, String> {
    let known = [Output::Json, Output::Csv, Output::Xls];
    let named = |text: &String| {
        known
            .into_iter()
            .find(|output| text.eq_ignore_ascii_case(output.as_str()))
    };
    let found = if let Value::Text(text) = value {
        named(text)
    } else {
        None
    };
    found.ok_or_else(|| {
        format!(
            "\"json\", \"csv\" or \"xls\" was expected, got {}",
            value.shape()
        )
    })
}

pub(super) fn instant(value: &Value) -> Result<EpochMillis, String> {
    let at = match value {
        Value::Instant(at) if at.is_finite() => {
            // The cast saturates; what is that far away is refused below.
            at.floor() as EpochMillis
        }
        Value::Instant(_) => return Err(format!("{DATE_FORMS} was expected, got an invalid Date")),
        Value::Text(text) => date::parse_timestamp(text).map_err(|problem| {
            format!("{} {problem}; {DATE_FORMS} was expected", shown_date(text))
        })?,
        Value::Number(_) => {
            return Err(
                "a number is ambiguous (seconds or milliseconds?); pass new Date(milliseconds)"
                    .into(),
            );
        }
        Value::Other(what) => return Err(format!("{DATE_FORMS} was expected, got {what}")),
    };
    api_date(at).map(|_| at)
}

/// An instant in the API's form.
pub(super) fn api_date(at: EpochMillis) -> Result<String, String> {
    date::format(at).ok_or_else(|| {
        "a time in the years 1970 to 9999 (UTC) was expected, got one outside them".into()
    })
}

/// A date's text in quotes, if it can't be anything but a date (a phone number has the same characters); else its shape.
fn shown_date(text: &str) -> String {
    let bytes = text.as_bytes();
    let begins = bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(i, b)| {
            if i == 4 || i == 7 {
                *b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    let plain = bytes.len() <= 40
        && bytes
            .iter()
            .all(|b| b.is_ascii_digit() || b"T:+-Z. ".contains(b));
    if begins && plain {
        format!("\"{text}\"")
    } else {
        text_shape(text)
    }
}

/// A number in words that a reader recognises. Done with integers: the general formatting of floats is large in wasm.
fn shown(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.abs() > MAX_SAFE {
        return if number > 0.0 {
            "a number above 2^53-1"
        } else {
            "a number below -(2^53-1)"
        }
        .into();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let (whole, thousandths) = (
        number.abs().trunc() as u64,
        (number.abs().fract() * 1000.0).round() as u64,
    );
    match thousandths {
        0 if number.fract() == 0.0 => format!("{sign}{whole}"),
        // Too near to a whole number for three decimals.
        0 | 1000 => format!(
            "a number with a fraction, near {sign}{}",
            whole + thousandths / 1000
        ),
        _ => format!(
            "{sign}{}",
            format!("{whole}.{thousandths:03}").trim_end_matches('0')
        ),
    }
}
