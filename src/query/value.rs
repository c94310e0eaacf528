//! Untyped values, which come from JavaScript, read as what a parameter needs.
//!
//! Each error is the rest of a message that begins with the parameter's name. It describes a value by its shape. Only
//! numbers that are no phone numbers are shown.

use super::{Direction, MAX_COUNT, MAX_OFFSET, Output};
use crate::{clock::EpochMillis, date, limits::MAX_SAFE_INTEGER};

const COUNT: &str = "an integer from 1 to 1000";
const OFFSET: &str = "an integer from 0 to 2^53-1";
const DATE: &str = "a Date, an ISO-8601 string with a zone such as 2026-01-31T10:00:00Z or \
    2026-01-31T12:00:00+02:00, or yyyy-MM-dd HH:mm:ss in UTC";
/// Unix times of the years 2000 to 2099. As milliseconds they are from January 11 to February 17, 1970, in which nobody sent SMS.
const SECONDS_OF_THIS_CENTURY: std::ops::Range<f64> = 946_684_800.0..4_102_444_800.0;
/// Larger numbers are not shown: a phone number may be in the wrong field.
const HIDDEN_FROM: u64 = 1_000_000;

/// A parameter's value from a dynamically typed caller. `Debug` shows its shape only.
#[derive(Clone)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// A point in time in milliseconds since 1970-01-01T00:00:00Z; `NaN` is an invalid `Date`.
    Instant(f64),
    /// A value that no parameter accepts, described by its type: `"a boolean"`.
    Other(&'static str),
}

impl Value {
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Text(text) => describe_string(text),
            Self::Number(_) => "a number".into(),
            Self::Instant(_) => "a date".into(),
            Self::Other(what) => (*what).into(),
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value(<{}>)", self.describe())
    }
}

pub(super) fn describe_string(text: &str) -> String {
    match text.chars().count() {
        0 => "an empty string".into(),
        1 => "a string of 1 character".into(),
        length => format!("a string of {length} characters"),
    }
}

/// Describes a string with its first control character, if it has one.
pub(super) fn describe_control_character(text: &str) -> Option<String> {
    let c = text.chars().find(|c| c.is_control())?;
    let shape = describe_string(text);
    Some(format!(
        "{shape} with the control character U+{:04X}",
        u32::from(c)
    ))
}

pub(super) fn count(value: &Value) -> Result<u32, String> {
    integer(value, 1, u64::from(MAX_COUNT), COUNT).map(|count| count as u32)
}

pub(super) fn offset(value: &Value) -> Result<u64, String> {
    integer(value, 0, MAX_OFFSET, OFFSET)
}

fn integer(value: &Value, min: u64, max: u64, expected: &str) -> Result<u64, String> {
    match value {
        Value::Number(number) => to_integer(*number, min, max)
            .ok_or_else(|| format!("expected {expected}, got {}", describe_number(*number))),
        Value::Text(_) => Err(format!(
            "expected {expected}, got {}; pass a number",
            value.describe()
        )),
        other => Err(format!("expected {expected}, got {}", other.describe())),
    }
}

/// The number as an integer within limits, of at most 2^53-1.
pub(super) fn to_integer(number: f64, min: u64, max: u64) -> Option<u64> {
    let fits = number.fract() == 0.0 && (min as f64..=max as f64).contains(&number);
    fits.then_some(number as u64)
}

pub(super) fn check_count(count: u32) -> Result<String, String> {
    match count {
        1..=MAX_COUNT => Ok(count.to_string()),
        _ => Err(format!(
            "expected {COUNT}, got {}",
            describe_number(count.into())
        )),
    }
}

pub(super) fn check_offset(offset: u64) -> Result<String, String> {
    match offset {
        0..=MAX_OFFSET => Ok(offset.to_string()),
        _ => Err(format!("expected {OFFSET}, got a number above 2^53-1")),
    }
}

pub(super) fn direction(value: &Value) -> Result<Direction, String> {
    match value {
        Value::Text(text) if text.eq_ignore_ascii_case("in") => Ok(Direction::In),
        Value::Text(text) if text.eq_ignore_ascii_case("out") => Ok(Direction::Out),
        other => Err(format!(
            "expected \"IN\" or \"OUT\", got {}; leave it out to get both",
            other.describe()
        )),
    }
}

pub(super) fn output(value: &Value) -> Result<Output, String> {
    let found = match value {
        Value::Text(text) => [Output::Json, Output::Csv, Output::Xls]
            .into_iter()
            .find(|output| text.eq_ignore_ascii_case(output.as_str())),
        _ => None,
    };
    found.ok_or_else(|| {
        format!(
            "expected \"json\", \"csv\" or \"xls\", got {}",
            value.describe()
        )
    })
}

pub(crate) fn instant(value: &Value) -> Result<EpochMillis, String> {
    let at = match value {
        Value::Instant(at) if SECONDS_OF_THIS_CENTURY.contains(at) => {
            return Err(
                "expected a Date of milliseconds, got one of seconds, in early 1970; multiply them by 1000".into(),
            );
        }
        // The cast saturates, and `api_date` rejects what is that far away.
        Value::Instant(at) if at.is_finite() => at.floor() as EpochMillis,
        Value::Instant(_) => return Err(format!("expected {DATE}, got an invalid Date")),
        // Not even a date is shown: a phone number may be written like one.
        Value::Text(text) => date::parse_timestamp(text).map_err(|problem| {
            format!(
                "expected {DATE}, got {} that {problem}",
                describe_string(text)
            )
        })?,
        Value::Number(_) => {
            return Err(format!(
                "expected {DATE}, got a number, which may be seconds or milliseconds; pass new \
                 Date(milliseconds)"
            ));
        }
        Value::Other(what) => return Err(format!("expected {DATE}, got {what}")),
    };
    api_date(at).map(|_| at)
}

/// Formats a time as the API expects it.
pub(super) fn api_date(at: EpochMillis) -> Result<String, String> {
    date::format(at).ok_or_else(|| {
        "expected a time in the years 1970 to 9999 (UTC), got one outside them".into()
    })
}

/// Formats a number to three decimals with integer arithmetic: the standard formatting of floats is large in WebAssembly.
fn describe_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.abs() > MAX_SAFE_INTEGER as f64 {
        return if number > 0.0 {
            "a number above 2^53-1"
        } else {
            "a number below -(2^53-1)"
        }
        .into();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let integer = number.abs().trunc() as u64;
    if integer >= HIDDEN_FROM {
        let shape = if number < 0.0 { "negative" } else { "larger" };
        return format!("a {shape} number");
    }
    let thousandths = (number.abs().fract() * 1000.0).round() as u64;
    match thousandths {
        0 if number.fract() == 0.0 => format!("{sign}{integer}"),
        // Too near to an integer for three decimals.
        0 | 1000 => format!(
            "a number with a fraction, near {sign}{}",
            integer + thousandths / 1000
        ),
        _ => format!("{sign}{integer}.{thousandths:03}")
            .trim_end_matches('0')
            .to_owned(),
    }
}
