//! Reading a response: as a page, as a file, or as the error that came instead.

mod error;
mod file;
mod gateway;

use std::borrow::Cow;

use crate::{
    error::{ErrorKind, SmsHistoryError},
    http::HttpResponse,
    json::{Cursor, ParseError, ParseErrorKind, ValueKind},
    page::{Columns, DAMAGED_KEY, ReadError, SmsHistoryPage, Totals, read_integer, read_rows},
};
use error::ApiError;
use gateway::GatewayFields;

#[cfg(feature = "sign")]
pub(crate) use error::{
    RELAY_CODE, RELAY_ORIGIN_CODE, RELAY_UPSTREAM_CODE, is_unknown_address, write_envelope,
};
pub(crate) use error::{explain_relay_error, is_markup};
pub use file::SmsHistoryFile;

/// A longer JSON body is rejected. A page of 1,000 messages has about 0.5 MB.
const MAX_JSON_BYTES: usize = 256 << 20;

/// Reads a response as a page.
///
/// # Errors
/// - [`ErrorKind::Api`] or [`ErrorKind::RateLimited`] for the API's own errors, at any HTTP status
/// - [`ErrorKind::Http`] for a status outside 200 to 299
/// - [`ErrorKind::Format`] when the body is not a page
pub fn read_page(response: &HttpResponse) -> Result<SmsHistoryPage, SmsHistoryError> {
    read_page_at(response, 0)
}

/// Reads a response as a page. Errors count its rows from `first_row`, the index of the page's first row in the history.
pub(crate) fn read_page_at(
    response: &HttpResponse,
    first_row: u64,
) -> Result<SmsHistoryPage, SmsHistoryError> {
    let envelope = parse_envelope(response, first_row);
    if let Ok(Envelope {
        api_error: Some(error),
        ..
    }) = &envelope
    {
        return Err(error.to_error(response));
    }
    error::check_status(response)?;
    error::check_charset(response)?;
    envelope?.page.map_err(|got| {
        let message = format!("result: expected an array of rows, got {got}");
        format_error(response, message)
    })
}

/// Reads a response as a CSV or XLS file.
///
/// # Errors
/// As [`read_page`]; JSON, HTML, compressed bytes and an empty body are [`ErrorKind::Format`].
pub fn read_file(response: HttpResponse) -> Result<SmsHistoryFile, SmsHistoryError> {
    let first_byte = error::first_byte(&response);
    let envelope = match first_byte {
        Some(b'{') => parse_envelope(&response, 0).ok(),
        _ => None,
    };
    if let Some(Envelope {
        api_error: Some(error),
        ..
    }) = &envelope
    {
        return Err(error.to_error(&response));
    }
    error::check_status(&response)?;
    error::check_file_head(&response)?;
    if matches!(first_byte, Some(b'{' | b'[')) {
        match skip_document(&response) {
            Ok(()) => {
                let message = "response: expected a file, got a JSON document";
                return Err(format_error(&response, message));
            }
            Err(ParseErrorKind::End) => {
                let message = "response: expected a file, got the beginning of a JSON document";
                return Err(format_error(&response, message).with_retryable(true));
            }
            Err(_) => {}
        }
    }
    if first_byte.is_none()
        || error::compression(&response).is_some()
        || error::is_document(&response)
    {
        let got = error::describe_body(&response);
        return Err(format_error(
            &response,
            format!("response: expected a file, got {got}"),
        ));
    }
    Ok(SmsHistoryFile::new(response))
}

/// Checks a response that a relay has read whole. A page or a file passes, also one that is no valid page: the page's client
/// reads it.
///
/// # Errors
/// The API's error with its envelope for the page, or the error of a response that is no response of the API.
#[cfg(feature = "sign")]
pub(crate) fn check_relayed(
    response: &HttpResponse,
    output: crate::query::Output,
) -> Result<(), (SmsHistoryError, Option<String>)> {
    let first_byte = error::first_byte(response);
    if first_byte == Some(b'{')
        && let Ok(Envelope {
            api_error: Some(error),
            ..
        }) = parse_envelope(response, 0)
    {
        return Err((error.to_error(response), error.to_envelope()));
    }
    let is_page = |error| (error, None);
    error::check_status(response).map_err(is_page)?;
    let is_html = match output {
        crate::query::Output::Json => first_byte == Some(b'<'),
        _ => {
            error::check_file_head(response).map_err(is_page)?;
            error::is_document(response)
        }
    };
    if first_byte.is_none() || is_html {
        let got = error::describe_body(response);
        let message = format!("response: expected a page or a file, got {got}");
        return Err((format_error(response, message), None));
    }
    Ok(())
}

/// Checks that the body is one JSON document.
fn skip_document(response: &HttpResponse) -> Result<(), ParseErrorKind> {
    let text = String::from_utf8_lossy(&response.body);
    let mut cursor = Cursor::new(text.trim_start_matches('\u{feff}'));
    let end = cursor.skip().and_then(|()| cursor.end());
    end.map_err(|error| error.kind)
}

/// Returns the file that a response's headers announce, without its bytes, or `None` if they announce no whole file.
#[cfg(target_family = "wasm")]
pub(crate) fn file_from_headers(head: &HttpResponse) -> Option<SmsHistoryFile> {
    error::check_status(head).ok()?;
    error::check_file_head(head).ok()?;
    Some(SmsHistoryFile::new(head.clone()))
}

/// The outermost object of a JSON response: `result` and `total_count`, or `error` and `errors`.
struct Envelope {
    /// The first of the API's errors.
    api_error: Option<ApiError>,
    /// The page, or what stands in the place of its rows.
    page: Result<SmsHistoryPage, &'static str>,
}

fn parse_envelope(response: &HttpResponse, first_row: u64) -> Result<Envelope, SmsHistoryError> {
    let bytes = response.body.len();
    if bytes > MAX_JSON_BYTES {
        return Err(format_error(
            response,
            format!("response: expected at most {MAX_JSON_BYTES} bytes, got {bytes}"),
        ));
    }
    let not_a_page = || {
        let got = error::describe_body(response);
        format_error(
            response,
            format!("response: expected a JSON page, got {got}"),
        )
    };
    // Servers cut SMS by bytes, within a character. `response.json()` replaces invalid bytes by U+FFFD, which JSON allows in
    // strings only.
    let valid = simdutf8::basic::from_utf8(&response.body);
    let text = valid.map_or_else(|_| String::from_utf8_lossy(&response.body), Cow::Borrowed);
    read_envelope(&text).map_err(|error| match error {
        // Retryable, because a gateway may have responded in place of the API.
        EnvelopeError::NotJson | EnvelopeError::Empty => {
            let is_blank = error::first_byte(response).is_none();
            not_a_page().with_retryable(is_blank || error::is_markup(response))
        }
        // Retryable, because the network cut the body off.
        EnvelopeError::Truncated => {
            let message =
                format!("response: expected a whole JSON page, got one that ends in the middle, after {bytes} bytes");
            format_error(response, message).with_retryable(true)
        }
        EnvelopeError::Malformed { .. } if valid.is_err() => not_a_page(),
        EnvelopeError::Malformed { at, expected } => format_error(
            response,
            format!("response: expected {expected} at byte {at} of {bytes}, got invalid JSON"),
        ),
        EnvelopeError::Value(message) => format_error(response, message),
        EnvelopeError::Row { index, message } => {
            let index = first_row + index as u64;
            format_error(response, format!("result[{index}]{message}"))
        }
    })
}

fn format_error(response: &HttpResponse, message: impl Into<Cow<'static, str>>) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::Format, message).with_http_status(response.status)
}

/// Why a body is not an envelope.
#[derive(Debug)]
enum EnvelopeError {
    Empty,
    /// The body does not begin as a JSON object.
    NotJson,
    /// The body is the beginning of a JSON object.
    Truncated,
    Malformed {
        at: usize,
        expected: &'static str,
    },
    Value(String),
    Row {
        index: usize,
        message: String,
    },
}

impl From<ParseError> for EnvelopeError {
    fn from(error: ParseError) -> Self {
        let expected = match error.kind {
            ParseErrorKind::End => return Self::Truncated,
            ParseErrorKind::Expected(expected) => expected,
            ParseErrorKind::TooDeep => {
                let message = "response: expected at most 128 nested objects and arrays, got more";
                return Self::Value(message.into());
            }
        };
        Self::Malformed {
            at: error.at,
            expected,
        }
    }
}

impl From<ReadError> for EnvelopeError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Json(error) => error.into(),
            ReadError::Value(message) => Self::Value(message),
            ReadError::Row { index, message } => Self::Row { index, message },
        }
    }
}

fn read_envelope(text: &str) -> Result<Envelope, EnvelopeError> {
    // JSON has no byte order mark, but text decoders drop it, and so does this one.
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
    let mut rows = Err("nothing");
    let (mut has_result, mut is_empty) = (false, true);
    let mut total_count = None;
    let mut api_error = None;
    let mut gateway = GatewayFields::default();
    cursor.object(|cursor, key| {
        if key.is_damaged_name() {
            return Err(EnvelopeError::Value(format!("response: {DAMAGED_KEY}")));
        }
        match key.to_name().as_ref() {
            "result" => {
                has_result = true;
                let kind = cursor.kind()?;
                if kind == ValueKind::Array {
                    rows = Ok(read_rows(cursor, &mut columns)?);
                } else {
                    is_empty = skip_empty(cursor, kind)?;
                    rows = Err(kind.name());
                }
            }
            "total_count" => {
                total_count = read_integer(cursor).map_err(|error| match error {
                    ReadError::Value(what) => EnvelopeError::Value(format!("total_count: {what}")),
                    other => other.into(),
                })?;
            }
            name if name.eq_ignore_ascii_case("error") => {
                api_error = read_error(cursor)?.or(api_error.take());
            }
            name if name.eq_ignore_ascii_case("errors") => {
                api_error = api_error.take().or(read_error(cursor)?);
            }
            name => gateway.read_field(cursor, name)?,
        }
        Ok::<_, EnvelopeError>(())
    })?;
    cursor.end()?;
    // The API documents an array. Servers also write a page without rows as `null` and a count of 0, or as the count alone.
    if rows.is_err() && is_empty && total_count == Some(0) && (has_result || !gateway.has_fields) {
        columns = Columns::default();
        rows = Ok(Totals::default());
    }
    if let Some(error) = &mut api_error {
        error.complete(gateway.error);
    } else {
        api_error = match rows {
            Err(_) => gateway.error_instead_of_page(),
            Ok(totals) if totals.count == 0 => gateway.error_beside_empty_page(),
            Ok(_) => None,
        };
    }
    Ok(Envelope {
        api_error,
        page: rows.map(|totals| SmsHistoryPage::new(columns, total_count, totals)),
    })
}

/// Skips a value, and returns whether it is empty: null, an empty string or an empty object. Servers write such a value
/// instead of an array without rows.
fn skip_empty(cursor: &mut Cursor<'_>, kind: ValueKind) -> Result<bool, ParseError> {
    let mut is_empty = true;
    match kind {
        ValueKind::String => is_empty = cursor.string()?.to_name().is_empty(),
        ValueKind::Object => cursor.object(|cursor, _| {
            is_empty = false;
            cursor.skip()
        })?,
        kind => {
            is_empty = kind == ValueKind::Null;
            cursor.skip()?;
        }
    }
    Ok(is_empty)
}

/// Reads `{"code": N, "msg": "..."}`, a text or a code alone, or the first of a list. Values that mean "none" are no error.
fn read_error(cursor: &mut Cursor<'_>) -> Result<Option<ApiError>, EnvelopeError> {
    let mut error = ApiError::default();
    let mut has_content = true;
    match cursor.kind()? {
        ValueKind::Object => {
            has_content = false;
            cursor.object(|cursor, key| {
                has_content = true;
                error.read_field(cursor, key.to_name().as_ref())
            })?;
        }
        ValueKind::Array => {
            let mut first = None;
            cursor.array(|cursor| {
                let error = read_error(cursor)?;
                first = first.take().or(error);
                Ok::<_, EnvelopeError>(())
            })?;
            return Ok(first);
        }
        ValueKind::Number => error.read_field(cursor, "code")?,
        ValueKind::String => {
            let text = cursor.string()?.to_text();
            has_content = !text.trim().is_empty();
            error.code = error::parse_code(&text);
            if error.code.is_none() {
                error.message = text;
            }
        }
        ValueKind::Boolean => {
            has_content = cursor.peek() == Some(b't');
            cursor.skip()?;
        }
        ValueKind::Null => {
            has_content = false;
            cursor.skip()?;
        }
    }
    let is_error = has_content && (error.code != Some(0) || !error.message.is_empty());
    Ok(is_error.then_some(error))
}
