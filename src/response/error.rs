//! Responses that are not what was requested: the API's own errors, HTTP errors, and bodies of another kind.

use std::{borrow::Cow, time::Duration};

use crate::{
    date,
    error::{ErrorKind, SmsHistoryError},
    http::HttpResponse,
    json::{Cursor, ParseError, ValueKind},
    option_names::{BASE_URL, RELAY},
    redact,
    suggest::fold,
    text::{self, split_before},
};

/// An error as the API sends it.
#[derive(Debug, Default)]
pub(super) struct ApiError {
    pub(super) code: Option<i64>,
    /// A code that is a word, such as `ACCESS_DENIED`.
    code_word: Option<String>,
    pub(super) message: String,
    /// Whether the message stands in the outermost object, as gateways send it.
    pub(super) is_bare: bool,
}

/// Reads a code in any spelling of the integer. A longer integer is no code: it may be a phone number.
pub(super) fn parse_code(text: &str) -> Option<i64> {
    const MAX_CODE: i64 = 999_999;
    text::parse_integer(text.trim()).filter(|code| (-MAX_CODE..=MAX_CODE).contains(code))
}

/// The code of a relay's own errors, which are no errors of the API.
pub(crate) const RELAY_CODE: &str = "RELAY";
/// The code of a relay's error about the origin of a page, which is no matter of the user's sign-in.
pub(crate) const RELAY_ORIGIN_CODE: &str = "RELAY_ORIGIN";
/// The code of a relay's error about a response that is none of the API.
pub(crate) const RELAY_UPSTREAM_CODE: &str = "RELAY_UPSTREAM";

/// Writes an error in the API's envelope. Its code is a number, a word, or absent.
///
/// `serde_json::Value` would bring the formatting of floats, whose tables take 10 KB of the WebAssembly.
#[cfg(feature = "sign")]
pub(crate) fn write_envelope(code: Option<i64>, word: Option<&str>, message: &str) -> String {
    let code = match (code, word) {
        (Some(code), _) => code.to_string(),
        (None, word) => serde_json::to_string(&word).unwrap_or_default(),
    };
    let message = serde_json::to_string(message).unwrap_or_default();
    format!("{{\"error\":{{\"code\":{code},\"msg\":{message}}}}}")
}

/// Whether a field with this name has the words of an error.
pub(super) fn is_message_name(name: &str) -> bool {
    matches!(
        name,
        "message" | "msg" | "detail" | "details" | "description"
    )
}

/// Whether the same request may succeed later.
enum RetryAdvice {
    Never,
    /// The server failed, and may recover.
    Later,
    /// The server asks to slow down.
    SlowDown,
}

impl ApiError {
    /// An error with a code: a number or a word.
    pub(super) fn of_code(text: String) -> Self {
        Self {
            code: parse_code(&text),
            code_word: Some(text).filter(|word| redact::is_code_word(word)),
            ..Self::default()
        }
    }

    pub(super) fn of_message(message: String) -> Self {
        Self {
            message,
            ..Self::default()
        }
    }

    /// Reads a field of the error's object, and skips an unknown one. Names count as in [`fold`], also behind `error`.
    pub(super) fn read_field(
        &mut self,
        cursor: &mut Cursor<'_>,
        name: &str,
    ) -> Result<(), ParseError> {
        let name = fold(name);
        let name = name.strip_prefix("error").unwrap_or(&name);
        match (name, cursor.kind()?) {
            ("code", ValueKind::Number) => self.code = parse_code(cursor.number()?),
            ("code", ValueKind::String) => {
                self.complete(Self::of_code(cursor.string()?.to_text()));
            }
            (name, ValueKind::String) if is_message_name(name) && self.message.is_empty() => {
                self.message = cursor.string()?.to_text();
            }
            _ => cursor.skip()?,
        }
        Ok(())
    }

    /// Adds the parts of another error that this one lacks.
    pub(super) fn complete(&mut self, other: Self) {
        self.code = self.code.or(other.code);
        self.code_word = self.code_word.take().or(other.code_word);
        if self.message.is_empty() {
            self.message = other.message;
        }
    }

    /// Writes the error for a page behind a relay: its code, and the plain words of its message. Returns `None` for a message
    /// of a gateway, which is no error of the API.
    #[cfg(feature = "sign")]
    pub(super) fn to_envelope(&self) -> Option<String> {
        if self.is_bare && self.code.is_none() {
            return None;
        }
        let words = redact::plain_words(&self.message, self.is_of_relay());
        Some(write_envelope(
            self.code,
            self.code_word.as_deref(),
            words.trim_start_matches([':', ' ']),
        ))
    }

    /// The wait in the message of error 416, which means: repeat after N seconds.
    fn stated_wait(&self) -> Option<Duration> {
        if self.code != Some(416) {
            return None;
        }
        let mut words = self.message.split(' ');
        let seconds = words.find(|word| text::is_digits(word))?;
        let is_wait = words.next()?.starts_with("second");
        is_wait.then(|| Duration::from_secs(seconds.parse::<u32>().unwrap_or(u32::MAX).into()))
    }

    fn is_of_relay(&self) -> bool {
        matches!(
            self.code_word.as_deref(),
            Some(RELAY_CODE | RELAY_ORIGIN_CODE | RELAY_UPSTREAM_CODE)
        )
    }

    pub(super) fn to_error(&self, response: &HttpResponse) -> SmsHistoryError {
        let status = response.status;
        let known = self.code.and_then(known_error);
        let (kind, is_retryable) = match known {
            Some((_, RetryAdvice::SlowDown)) => (ErrorKind::RateLimited, true),
            Some((_, RetryAdvice::Later)) => (ErrorKind::Api, true),
            Some((_, RetryAdvice::Never)) => (ErrorKind::Api, false),
            None if status == 429 => (ErrorKind::RateLimited, true),
            None if self.is_of_relay() => {
                let is_own = self.code_word.as_deref() == Some(RELAY_CODE);
                let kind = match status {
                    400 if is_own => ErrorKind::InvalidQuery,
                    _ => ErrorKind::Http,
                };
                // A relay without a valid decision is wrong, and stays so. It has other statuses for failures that pass.
                let is_permanent = is_own && status == 500;
                (kind, is_retryable(status) && !is_permanent)
            }
            None if self.is_bare && self.code.is_none() && !(200..300).contains(&status) => {
                (ErrorKind::Http, is_retryable(status))
            }
            None => (ErrorKind::Api, is_retryable(status)),
        };
        let words = redact::plain_words(&self.message, self.is_of_relay());
        let number = self.code.map(|code| code.to_string());
        let message = match (known, number.as_ref().or(self.code_word.as_ref())) {
            (Some((meaning, _)), Some(code)) => format!("{meaning} (the API's error {code})"),
            _ if self.code_word.as_deref() == Some(RELAY_ORIGIN_CODE) => ORIGIN_REFUSED.into(),
            _ if self.is_of_relay() => format!("{RELAY}{words}"),
            (_, Some(code)) => format!("the API rejected the request with error {code}{words}"),
            _ if kind == ErrorKind::Http => {
                format!("the server responded with HTTP {status}{words}")
            }
            _ => {
                format!("the API rejected the request with an error that has no code{words}")
            }
        };
        let error = SmsHistoryError::new(kind, message)
            .with_http_status(status)
            .with_retryable(is_retryable)
            .with_retry_after(retry_after(response).or_else(|| self.stated_wait()));
        let error = match is_unknown_address(status, self.code) && !self.is_of_relay() {
            true => error.with_addition(&check_address()),
            false => error,
        };
        match self.code {
            Some(code) => error.with_code(code),
            None => error,
        }
    }
}

/// The meaning of the vendor's codes that matter to this method, in our own words.
fn known_error(code: i64) -> Option<(Cow<'static, str>, RetryAdvice)> {
    let (meaning, advice) = match code {
        1 | 2 => (
            "the API had an internal error; the same request may succeed later",
            RetryAdvice::Later,
        ),
        4 => (
            "the API's database failed; the same request may succeed later",
            RetryAdvice::Later,
        ),
        100 => (
            "authorization failed: the API did not accept the token's signature, key id or account",
            RetryAdvice::Never,
        ),
        101 => ("the API found an argument invalid", RetryAdvice::Never),
        103 => {
            let meaning =
                format!("the API does not know the command GetSmsHistory; check {BASE_URL}");
            return Some((meaning.into(), RetryAdvice::Never));
        }
        104 => (
            "the token's service account may not read the SMS history; it needs one of the roles Owner, Admin, \
             Developer, Supervisor, Accountant, CallsSMS",
            RetryAdvice::Never,
        ),
        105 => (
            "the API does not support this output format",
            RetryAdvice::Never,
        ),
        111 => ("the API found a date's format invalid", RetryAdvice::Never),
        121 => ("the API found a phone number invalid", RetryAdvice::Never),
        123 => ("the API found the date range invalid", RetryAdvice::Never),
        131 => ("the account is not activated", RetryAdvice::Never),
        162 => ("the API asks to try later", RetryAdvice::SlowDown),
        314 => (
            "too many concurrent requests for the API",
            RetryAdvice::SlowDown,
        ),
        340 => ("the API's rate limit is exceeded", RetryAdvice::SlowDown),
        416 => (
            "the API asks to repeat the request after some seconds",
            RetryAdvice::SlowDown,
        ),
        447 => (
            "the API does not accept the token as a JWT",
            RetryAdvice::Never,
        ),
        454 => (
            "the token's lifetime is longer than the API allows (at most 3600 seconds)",
            RetryAdvice::Never,
        ),
        455 => (
            "the token was issued in the future by the API's clock; check the clock of the machine that minted it",
            RetryAdvice::Never,
        ),
        456 => ("the token has expired", RetryAdvice::Never),
        470 => ("the API found the direction invalid", RetryAdvice::Never),
        _ => return None,
    };
    Some((meaning.into(), advice))
}

/// Whether a server does not know the address. Gateways repeat the status as the code of their error.
pub(crate) fn is_unknown_address(status: u16, code: Option<i64>) -> bool {
    matches!(status, 404 | 405) && code.is_none_or(|code| code == i64::from(status))
}

/// The fix for an address that the server does not know.
fn check_address() -> String {
    format!("; check {BASE_URL}, where /platform_api may be missing; leave out the method's name")
}

/// What an end user reads and can act on.
const SIGN_IN: &str = "you are not signed in, or may not read these messages; sign in again";

/// What the operator of a relay reads and can act on.
const ORIGIN_REFUSED: &str = "origin: expected one that the relay accepts, got another or none; add the page's origin, as browsers show it, to \
     the relay's option origins";

/// Returns an error for every status outside 200 to 299.
pub(super) fn check_status(response: &HttpResponse) -> Result<(), SmsHistoryError> {
    let status = response.status;
    let (kind, message) = match status {
        200..=299 => return Ok(()),
        // Browsers report a redirect that is not followed as the status 0.
        0 | 301..=303 | 307 | 308 => (
            ErrorKind::Http,
            format!(
                "the server responded with a redirect, which is not followed because it would receive the token; set \
                 {BASE_URL} to the final address"
            ),
        ),
        429 => (
            ErrorKind::RateLimited,
            "the server asks to slow down (HTTP 429)".into(),
        ),
        _ => {
            let body = describe_body(response);
            let fix = match status {
                404 | 405 => check_address(),
                304 => {
                    "; a cache in between may have responded, although the request cannot be cached"
                        .into()
                }
                _ => String::new(),
            };
            let message = format!("the server responded with HTTP {status} and {body}{fix}");
            (ErrorKind::Http, message)
        }
    };
    Err(SmsHistoryError::new(kind, message)
        .with_http_status(status)
        .with_retryable(is_retryable(status))
        .with_retry_after(retry_after(response)))
}

/// Explains an error of a client behind a relay. Responses without an error of the API come from the relay or from the
/// server's sign-in. The sign-in may also respond with a redirect or a page.
pub(crate) fn explain_relay_error(error: SmsHistoryError, is_markup: bool) -> SmsHistoryError {
    let (None, Some(status)) = (error.code(), error.http_status()) else {
        return error;
    };
    if error.message() == ORIGIN_REFUSED {
        return error;
    }
    let (kind, message) = match status {
        0 | 301..=303 | 307 | 308 | 401 | 403 => (ErrorKind::Token, SIGN_IN.into()),
        200..=299 if is_markup => (ErrorKind::Token, SIGN_IN.into()),
        404 | 405 => (
            ErrorKind::Http,
            format!(
                "{RELAY}: expected the address of a relay without the method's name, got one that responds with HTTP {status}"
            ),
        ),
        _ => return error,
    };
    SmsHistoryError::new(kind, message).with_http_status(status)
}

fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// The wait in `Retry-After`: seconds, or a date (RFC 9110 §10.2.3). The date is compared with the server's own `Date`. If that
/// is missing, as CORS hides it, it is compared with this machine's clock, corrected by the last known clock skew.
fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let value = response.retry_after.as_deref()?.trim();
    // A header that was sent twice arrives as one value with a comma.
    let number = value.split(',').next().unwrap_or(value).trim_end();
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if [seconds, fraction]
        .iter()
        .all(|digits| text::is_digits(digits))
    {
        // Longer waits are longer than any timeout. A fraction is rounded up.
        let seconds = seconds.parse().unwrap_or(u32::MAX);
        let rest = u32::from(fraction.bytes().any(|digit| digit != b'0'));
        return Some(Duration::from_secs(seconds.saturating_add(rest).into()));
    }
    let at = date::parse_http(value).or_else(|| date::parse_timestamp(value).ok())?;
    let millis = at - response.server_time().or(response.received_at)?;
    Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}

/// Fails if the status or the type of a successful response show that it is no whole file. No request asks for a part of one.
pub(super) fn check_file_head(response: &HttpResponse) -> Result<(), SmsHistoryError> {
    const PARTIAL_CONTENT: u16 = 206;
    let kind = media_type(response);
    let is_other = kind.ends_with("json")
        || ["image/", "multipart/"]
            .iter()
            .any(|prefix| kind.starts_with(prefix));
    let got = match response.status {
        PARTIAL_CONTENT => "a part of one (HTTP 206)",
        _ if is_other => "a body whose Content-Type is of no CSV or XLS file",
        _ => return Ok(()),
    };
    let message = format!("response: expected a file, got {got}");
    Err(SmsHistoryError::new(ErrorKind::Format, message).with_http_status(response.status))
}

/// The type and subtype of `Content-Type`, in lower case.
fn media_type(response: &HttpResponse) -> String {
    let kind = response.content_type.as_deref().unwrap_or_default();
    let (kind, _) = split_before(kind, &[';', ',']);
    kind.trim().to_ascii_lowercase()
}

/// Whether the body is an HTML or XML document that is no file, such as the error of a gateway. An XLS file may be an HTML
/// table or an XML workbook.
pub(super) fn is_document(response: &HttpResponse) -> bool {
    const BEGINNINGS: [&str; 6] = ["<!doctype", "<html", "<?xml", "<!--", "<br", "<error"];
    if !is_markup(response) {
        return false;
    }
    let kind = media_type(response);
    let body = trimmed_body(response);
    let begins = |prefix: &&str| {
        let start = body.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let has = |name: &str| {
        let mut parts = body.windows(name.len());
        parts.any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    };
    let is_xml = kind.ends_with("/xml") || kind.ends_with("+xml");
    let is_html = ["<!doctype html", "<html"].iter().any(begins);
    if kind == "text/html" || (kind.starts_with("text/") && is_html) {
        return true;
    }
    (is_xml || BEGINNINGS.iter().any(begins)) && !has("<table") && !has("workbook")
}

/// Fails if `Content-Type` names another charset, and the body is not UTF-8 or has the zero bytes of UTF-16. Without a named
/// charset, invalid bytes become U+FFFD.
pub(super) fn check_charset(response: &HttpResponse) -> Result<(), SmsHistoryError> {
    let kind = response.content_type.as_deref().unwrap_or_default();
    match declared_charset(kind) {
        Some(charset)
            if response.body.contains(&0)
                || simdutf8::basic::from_utf8(&response.body).is_err() =>
        {
            let message = format!("response: expected UTF-8, got {charset}");
            Err(SmsHistoryError::new(ErrorKind::Format, message).with_http_status(response.status))
        }
        _ => Ok(()),
    }
}

/// Names the charset of a `Content-Type` if it is neither UTF-8 nor ASCII. With more digits than charsets have it may be a
/// phone number.
fn declared_charset(content_type: &str) -> Option<String> {
    const MAX_BYTES: usize = 40;
    const MAX_DIGITS: usize = 6;
    let charset = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"'))
    })?;
    let is_name = (1..=MAX_BYTES).contains(&charset.len())
        && charset
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+".contains(&byte));
    let is_utf8 = ["utf-8", "utf8", "us-ascii", "ascii"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(charset));
    if !is_name || is_utf8 {
        return None;
    }
    let digits = charset.bytes().filter(u8::is_ascii_digit).count();
    Some(if digits <= MAX_DIGITS {
        format!("the charset {charset}")
    } else {
        "another charset".into()
    })
}

/// Whether the body begins as HTML and XML do.
pub(crate) fn is_markup(response: &HttpResponse) -> bool {
    first_byte(response) == Some(b'<')
}

/// Describes the body without quoting it.
pub(super) fn describe_body(response: &HttpResponse) -> String {
    let bytes = response.body.len();
    if let Some(name) = compression(response) {
        return format!(
            "a body compressed by {name} ({bytes} bytes); a proxy may have removed the header Content-Encoding"
        );
    }
    match first_byte(response) {
        None if bytes == 0 => "an empty body".into(),
        None => format!("a body of white space ({bytes} bytes)"),
        Some(b'<') => format!("an HTML or XML document ({bytes} bytes)"),
        Some(b'{' | b'[') if str::from_utf8(&response.body).is_ok() => {
            format!("another JSON document ({bytes} bytes)")
        }
        _ if str::from_utf8(&response.body).is_err() => {
            format!("a body that is not UTF-8 ({bytes} bytes)")
        }
        _ => format!("a body that is not JSON ({bytes} bytes)"),
    }
}

/// The compression of a body that nothing has decompressed, by the bytes that begin it.
pub(super) fn compression(response: &HttpResponse) -> Option<&'static str> {
    match *response.body {
        [0x1f, 0x8b, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        _ => None,
    }
}

pub(super) fn first_byte(response: &HttpResponse) -> Option<u8> {
    trimmed_body(response).first().copied()
}

/// The body without the byte order mark and white space before it.
fn trimmed_body(response: &HttpResponse) -> &[u8] {
    let body = response.body.strip_prefix("\u{feff}".as_bytes());
    body.unwrap_or(&response.body).trim_ascii_start()
}
