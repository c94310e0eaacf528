//! Replies that are neither a page nor an API error, described without quoting them.

use std::time::Duration;

use crate::{
    date,
    error::{ErrorKind, SmsHistoryError},
    http::HttpResponse,
};

/// An error for every status but the 200s.
pub(super) fn refuse_status(reply: &HttpResponse) -> Result<(), SmsHistoryError> {
    let status = reply.status;
    let (kind, message) = match status {
        200..=299 => return Ok(()),
        // Browsers hide a redirect that is not followed behind the status 0.
        0 | 300..=399 => (
            ErrorKind::Http,
            "the server answered with a redirect, which is not followed, because the token would travel along; set \
             `baseUrl` to the final address"
                .into(),
        ),
        429 => (ErrorKind::RateLimited, "the server asks to slow down (HTTP 429)".into()),
        _ => (ErrorKind::Http, format!("the server answered with HTTP {status} and {}", describe(reply))),
    };
    Err(SmsHistoryError::new(kind, message)
        .with_http_status(status)
        .with_retryable(matches!(status, 408 | 425 | 429 | 500..=599))
        .with_retry_after(retry_after(reply)))
}

/// `Retry-After`: seconds, or a date by the server's own clock (RFC 9110 §10.2.3), which `Date` tells.
pub(super) fn retry_after(reply: &HttpResponse) -> Option<Duration> {
    let asked = reply.retry_after.as_deref()?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = date::parse_http(asked)?;
    let millis = until - reply.server_time()?;
    Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}

/// Whether the headers and the beginning of the body say HTML.
pub(super) fn says_html(reply: &HttpResponse) -> bool {
    let declared = reply
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.trim_start().starts_with("text/html"));
    declared && is_markup(reply)
}

/// Whether the body begins as HTML and XML do.
pub(super) fn is_markup(reply: &HttpResponse) -> bool {
    first_byte(reply) == Some(b'<')
}

/// What came, in words.
pub(super) fn describe(reply: &HttpResponse) -> String {
    let bytes = reply.body.len();
    match first_byte(reply) {
        None if bytes == 0 => "an empty body".into(),
        None => format!("a body of white space ({bytes} bytes)"),
        Some(b'<') => format!("an HTML or XML document ({bytes} bytes)"),
        Some(b'{' | b'[') if str::from_utf8(&reply.body).is_ok() => {
            format!("another JSON document ({bytes} bytes)")
        }
        _ if str::from_utf8(&reply.body).is_err() => {
            format!("a body that is not UTF-8 ({bytes} bytes)")
        }
        _ => format!("a body that is not JSON ({bytes} bytes)"),
    }
}

fn first_byte(reply: &HttpResponse) -> Option<u8> {
    let body = reply
        .body
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(&reply.body);
    body.iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}
