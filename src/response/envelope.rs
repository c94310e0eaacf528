//! The outermost object of a JSON reply: `result` and `total_count`, or `error` and `errors`.

use super::api_error::ApiError;
use crate::{
    json::{Cursor, ParseError, ParseErrorKind, ValueKind},
    page::{Columns, ReadError, SmsHistoryPage, read_rows},
};

/// What a JSON reply holds.
pub(super) struct Envelope {
    /// The first of the API's errors.
    pub(super) api_error: Option<ApiError>,
    pub(super) page: Option<SmsHistoryPage>,
    /// Without a page: what stands in its place.
    pub(super) no_page: &'static str,
}

/// Why a body holds neither page nor error.
#[derive(Debug)]
pub(super) enum EnvelopeError {
    Empty,
    /// Not even the beginning of a JSON object.
    NotJson,
    /// JSON as far as it goes.
    Truncated,
    Malformed {
        at: usize,
        expected: &'static str,
    },
    Value(String),
}

impl From<ParseError> for EnvelopeError {
    fn from(fault: ParseError) -> Self {
        match fault.kind {
            ParseErrorKind::End => Self::Truncated,
            ParseErrorKind::Expected(expected) => Self::Malformed {
                at: fault.at,
                expected,
            },
            ParseErrorKind::TooDeep => Self::Malformed {
                at: fault.at,
                expected: "at most 128 levels",
            },
        }
    }
}

impl From<ReadError> for EnvelopeError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Json(fault) => fault.into(),
            ReadError::Value(what) => Self::Value(what),
        }
    }
}

pub(super) fn read(text: &str) -> Result<Envelope, EnvelopeError> {
    // A byte order mark is no JSON, but every text decoder drops it, and so do we.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut cursor = Cursor::new(text);
    match cursor.kind() {
        Ok(ValueKind::Object) => {}
        Err(ParseError {
            kind: ParseErrorKind::End,
            ..
        }) => return Err(EnvelopeError::Empty),
        _ => return Err(EnvelopeError::NotJson),
    }
    let mut columns = Columns::default();
    let mut rows = Err("there is none");
    let mut total_count = None;
    let mut api_error = None;
    cursor.object(|cursor, key| {
        match key.to_name().as_ref() {
            "result" => {
                rows = match cursor.kind()? {
                    ValueKind::Array => Ok(read_rows(cursor, &mut columns)?),
                    other => {
                        cursor.skip()?;
                        Err(other.name())
                    }
                }
            }
            "total_count" => total_count = read_total(cursor)?,
            "error" => api_error = read_error(cursor)?.or(api_error.take()),
            "errors" => api_error = api_error.take().or(read_errors(cursor)?),
            _ => cursor.skip()?,
        }
        Ok::<_, EnvelopeError>(())
    })?;
    cursor.end()?;
    let (page, no_page) = match rows {
        Ok(totals) => (Some(SmsHistoryPage::new(columns, total_count, totals)), ""),
        Err(instead) => (None, instead),
    };
    Ok(Envelope {
        api_error,
        page,
        no_page,
    })
}

fn read_total(cursor: &mut Cursor<'_>) -> Result<Option<u64>, EnvelopeError> {
    let text;
    let digits = match cursor.kind()? {
        ValueKind::Number => cursor.number()?,
        ValueKind::String => {
            text = cursor.string()?.to_text();
            &text
        }
        ValueKind::Null => {
            cursor.skip()?;
            return Ok(None);
        }
        other => {
            return Err(EnvelopeError::Value(format!(
                "field \"total_count\": expected a whole number, got {}",
                other.name()
            )));
        }
    };
    match digits.parse() {
        Ok(total) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(total)),
        _ => Err(EnvelopeError::Value(
            "field \"total_count\": expected a whole number of at least 0".into(),
        )),
    }
}

/// `{"code": N, "msg": "..."}`; anything else under this name is no error.
fn read_error(cursor: &mut Cursor<'_>) -> Result<Option<ApiError>, EnvelopeError> {
    if cursor.kind()? != ValueKind::Object {
        cursor.skip()?;
        return Ok(None);
    }
    let mut code = None;
    let mut message = None;
    cursor.object(|cursor, key| {
        match (key.to_name().as_ref(), cursor.kind()?) {
            ("code", ValueKind::Number) => code = cursor.number()?.parse().ok(),
            ("code", ValueKind::String) => code = cursor.string()?.to_text().parse().ok(),
            ("msg", ValueKind::String) => message = Some(cursor.string()?.to_text()),
            _ => cursor.skip()?,
        }
        Ok::<_, ParseError>(())
    })?;
    Ok(Some(ApiError { code, message }))
}

/// The first error of a list.
fn read_errors(cursor: &mut Cursor<'_>) -> Result<Option<ApiError>, EnvelopeError> {
    if cursor.kind()? != ValueKind::Array {
        cursor.skip()?;
        return Ok(None);
    }
    let mut first = None;
    cursor.array(|cursor| {
        let error = read_error(cursor)?;
        first = first.take().or(error);
        Ok::<_, EnvelopeError>(())
    })?;
    Ok(first)
}
